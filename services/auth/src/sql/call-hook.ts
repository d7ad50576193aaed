// Runs a function of the project's owner, for two seconds at most. The role of this service must be allowed to.

import { ident, sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Hook = { readonly schema: string; readonly name: string; readonly input: object }

const milliseconds = 2000

/** Within a transaction: the limit ends with it or with the function. */
export const callHook = async (db: Db, { schema, name, input }: Hook): Promise<unknown> => {
  await db.run(sql`select set_config('statement_timeout', ${String(milliseconds)}, true)`)
  const row = await db.one<{ output: unknown }>(
    sql`select ${ident([schema, name])}(${{ json: input }}::jsonb) as output`,
  )
  await db.run(sql`set local statement_timeout to default`)
  return row.output
}
