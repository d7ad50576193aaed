// What `database/query` does with user SQL, with and without the right to write.

import type { Call } from '../frame/call.ts'
import { errors } from './errors.ts'
import { touchesTransaction } from './parse-sql.ts'
import { withProjectSql } from './project-sql.ts'
import type { SqlRow, SqlSession } from './sql-session.ts'

export type UserSql = { readonly query: string; readonly parameters?: readonly unknown[] | undefined }

const run = (session: SqlSession, { query, parameters }: UserSql): Promise<readonly SqlRow[]> =>
  parameters === undefined || parameters.length === 0
    ? session.script(query)
    : session.query(query, parameters)

/** As the owner, in whatever transactions the SQL itself asks for. */
export const runAsOwner = (call: Call, ref: string, sql: UserSql): Promise<readonly SqlRow[]> =>
  withProjectSql(call, ref, { as: 'owner' }, (session) => run(session, sql))

/**
 * As the reader, in one read-only transaction that the SQL cannot leave: it has taken its snapshot, so
 * Postgres refuses to make it writable, and statements that would end it are refused here. What our grammar
 * cannot read goes as a single prepared statement, which cannot both end the transaction and write.
 */
export const runAsReader = async (
  call: Call,
  ref: string,
  sql: UserSql,
  searchPath?: string,
): Promise<readonly SqlRow[]> => {
  const touches = await touchesTransaction(sql.query)
  if (touches === true) throw errors.onlyReading()
  const wish = { as: 'reader', ...(searchPath !== undefined && { searchPath }) } as const
  return withProjectSql(call, ref, wish, async (session) => {
    await session.script('begin transaction read only; select 1')
    const isPrepared = touches === undefined || (sql.parameters?.length ?? 0) > 0
    return isPrepared ? session.query(sql.query, sql.parameters ?? []) : session.script(sql.query)
  })
}
