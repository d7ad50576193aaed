// What runs before the statement of a request, in its transaction and as its caller.

import type { RestConfig } from '@plinth/contracts'
import type { Statement } from '@plinth/postgres'
import { quoteName, quoteQualified } from '../compile/writer.ts'
import type { Plan } from '../plan/plan.ts'

const preRequestOf = (name: string): Statement => {
  const dot = name.indexOf('.')
  const called = quoteQualified({ schema: name.slice(0, dot), name: name.slice(dot + 1) })
  // A bare name is looked for on the search path of the request.
  return { text: `select ${dot < 0 ? quoteName(name) : called}()`, values: [] }
}

/** Refused by the database, so that errors of role and token come first, as with the `safeupdate` library. */
const refusal = (verb: 'UPDATE' | 'DELETE'): Statement => ({
  text: `do $$ begin raise cardinality_violation using message = '${verb} requires a WHERE clause'; end $$`,
  values: [],
})

const refusals = { update: refusal('UPDATE'), delete: refusal('DELETE') }

const refusalOf = (plan: Plan): Statement | undefined => {
  if (plan.kind !== 'write' || plan.write.kind === 'insert' || plan.write.where.length > 0) return undefined
  // A body without columns updates nothing: its statement is no UPDATE.
  return plan.write.kind === 'update' && plan.write.columns.length === 0
    ? undefined
    : refusals[plan.write.kind]
}

/** The function of `db-pre-request`, then what refuses a write of the whole table. */
export const statementsBefore = (plan: Plan, config: RestConfig): readonly Statement[] => {
  const refused = config.safeUpdate ? refusalOf(plan) : undefined
  return [
    ...(config.preRequest === null ? [] : [preRequestOf(config.preRequest)]),
    ...(refused === undefined ? [] : [refused]),
  ]
}
