// Asks a project's database whether it is there.

import type { Call } from '../frame/call.ts'
import { withProjectSql } from './project-sql.ts'

export const askDatabase = async (call: Call, ref: string, timeoutMs: number): Promise<void> => {
  await withProjectSql(call, ref, { as: 'owner', timeoutMs }, (session) => session.query('select 1', []))
}
