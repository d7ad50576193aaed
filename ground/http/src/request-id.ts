// One name for a request on its whole way.

import { randomUUID } from 'node:crypto'

const idShape = /^[\w-]{16,64}$/

/** The edge's id when it sent one, so that its lines and ours can be laid side by side. */
export const requestIdOf = ({ headers }: { headers: Record<string, unknown> }): string => {
  const given = headers['sb-request-id']
  return typeof given === 'string' && idShape.test(given) ? given : randomUUID()
}
