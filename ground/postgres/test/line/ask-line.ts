// The shortest way to ask a line one thing.

import type { Line, LineRequest, Statement } from '../../src/index.ts'

export const request = (statement: Statement, more: Partial<LineRequest> = {}): LineRequest => ({
  settings: [],
  statements: [statement],
  mode: 'write',
  ...more,
})

export const rows = async (on: Line, statement: Statement, more?: Partial<LineRequest>) =>
  (await on.run(request(statement, more)))[0]?.rows
