// Fourth stage: the statement in the caller's own transaction, in one round trip.

import type { RestConfig } from '@plinth/contracts'
import type { PlinthError } from '@plinth/errors'
import type { Line, LineRequest, LineResult, Statement } from '@plinth/postgres'
import type { Catalogue } from '@plinth/schema'
import { type Compiled, resultColumns } from '../compile/compile.ts'
import type { Inputs, Prepared } from '../compile/writer.ts'
import { databaseFault } from '../database-fault.ts'
import { errors } from '../errors.ts'
import type { Asked } from '../handle.ts'
import { objectJson } from '../parse/media-type.ts'
import type { Plan } from '../plan/plan.ts'
import { isolationOf, type RoleSettings, requestSettings } from './settings.ts'

/** What the database answered, with numbers read. */
export type Rows = {
  readonly total: number | undefined
  readonly page: number
  readonly body: string
  readonly headers: string | null
  readonly status: string | null
  readonly location: string | null
  readonly inserted: number | undefined
}

export type Ready = {
  readonly compiled: Compiled
  readonly catalogue: Catalogue
  readonly settings: RoleSettings
  /** Run before it, in the same transaction. */
  readonly before: readonly Statement[]
  /** Which preferences its answers say were honoured. */
  readonly applied: string | undefined
}

export const bind = ({ text, binds }: Prepared, inputs: Inputs): Statement => {
  const values: Statement['values'][number][] = []
  for (const each of binds) values.push(each(inputs))
  return { text, values }
}

const number = (text: string | null | undefined): number | undefined =>
  text === null || text === undefined || text === '' ? undefined : Number(text)

const readRows = (kind: Plan['kind'], result: LineResult | undefined): Rows => {
  const row = result?.rows[0] ?? []
  const at = kind === 'write' ? resultColumns.write : resultColumns.read
  return {
    total: number(row[at.total]),
    page: number(row[at.page]) ?? 0,
    body: row[at.body] ?? '',
    headers: row[at.headers] ?? null,
    status: row[at.status] ?? null,
    location: at.location === undefined ? null : (row[at.location] ?? null),
    inserted: at.inserted === undefined ? undefined : number(row[at.inserted]),
  }
}

/** EXPLAIN answers a line per row. */
const readExplain = (result: LineResult | undefined): Rows => ({
  ...readRows('read', undefined),
  body: (result?.rows ?? []).map((row) => `${row[0]}\n`).join(''),
})

const isExplained = ({ media }: Plan): boolean => media.plan !== undefined

/** What is wrong with a result that the statement itself ran well with. */
const faultOf = (plan: Plan, rows: Rows): PlinthError | undefined => {
  if (isExplained(plan)) return undefined
  if (plan.kind === 'write' && plan.write.isPut && rows.page !== 1) return errors.putMismatch()
  if (plan.media.name === objectJson && rows.page !== 1) return errors.notSingle(rows.page)
  const { maxAffected, handling } = plan.wish.prefer
  const counts = plan.kind === 'call' || (plan.kind === 'write' && plan.write.kind !== 'insert')
  if (counts && handling === 'strict' && maxAffected !== undefined && rows.page > maxAffected)
    return errors.tooManyAffected(rows.page)
  return undefined
}

const endsInRollback = (plan: Plan, config: RestConfig): boolean => {
  const { tx } = plan.wish.prefer
  return tx === 'rollback' || (config.txEnd.startsWith('rollback') && tx !== 'commit')
}

export const isReadOnly = (plan: Plan): boolean =>
  plan.kind === 'read' ||
  (plan.kind === 'call' && (plan.wish.method !== 'POST' || plan.call.routine.volatility !== 'volatile'))

const mayFail = (plan: Plan): boolean =>
  plan.media.name === objectJson ||
  (plan.kind === 'write' && plan.write.isPut) ||
  (plan.wish.prefer.maxAffected !== undefined && plan.wish.prefer.handling === 'strict')

const checkConstraints: Statement = { text: 'SET CONSTRAINTS ALL IMMEDIATE', values: [] }

const estimated = (result: LineResult | undefined): number | undefined => {
  const text = result?.rows[0]?.[0]
  if (typeof text !== 'string') return undefined
  // The answer of EXPLAIN (FORMAT JSON), whose shape Postgres documents.
  const [first] = JSON.parse(text) as readonly { readonly Plan: { readonly 'Plan Rows': number } }[]
  return first?.Plan['Plan Rows']
}

const totalOf = (
  plan: Plan,
  counted: number | undefined,
  guess: number | undefined,
  maxRows: number | null,
) => {
  const { count } = plan.wish.prefer
  if (count === 'planned') return guess
  const isPast = maxRows === null || (counted ?? 0) > maxRows
  return count === 'estimated' && isPast ? Math.max(counted ?? 0, guess ?? 0) : counted
}

export type RunDeps = { readonly line: Line; readonly config: RestConfig }

const statementsOf = ({ compiled, before }: Ready, inputs: Inputs, isRolledBack: boolean): Statement[] => {
  const statements = [...before, bind(compiled.main, inputs)]
  if (compiled.estimate !== undefined) statements.push(bind(compiled.estimate, inputs))
  if (isRolledBack) statements.push(checkConstraints)
  return statements
}

/** The results of the statement itself, after what was run before it. */
const readResults = ({ compiled: { plan }, before }: Ready, results: readonly LineResult[]): Rows => {
  const result = results[before.length]
  return isExplained(plan) ? readExplain(result) : readRows(plan.kind, result)
}

const judge = (ready: Ready, inputs: Inputs, results: readonly LineResult[]): Rows => {
  const { plan, estimate } = ready.compiled
  const rows = readResults(ready, results)
  const fault = faultOf(plan, rows)
  if (fault !== undefined) throw fault
  // Without a count there is nothing to find out.
  if (estimate === undefined) return rows
  const guess = estimated(results[ready.before.length + 1])
  return { ...rows, total: totalOf(plan, rows.total, guess, inputs.maxRows) }
}

export type Running = { readonly ready: Ready; readonly asked: Asked; readonly inputs: Inputs }

/** One promise behind the line's: more of them would be kept for each request that waits. */
export const run = <Answer>(
  deps: RunDeps,
  { ready, asked, inputs }: Running,
  answer: (rows: Rows) => Answer,
): Promise<Answer> => {
  const { compiled, catalogue } = ready
  const { plan } = compiled
  const isRolledBack = plan.kind !== 'read' && endsInRollback(plan, deps.config)
  const needsVerdict = isRolledBack || (plan.kind !== 'read' && mayFail(plan))
  const routine = plan.kind === 'call' ? plan.call.routine : undefined
  const decide: LineRequest['decide'] = needsVerdict
    ? (all) => (isRolledBack || faultOf(plan, readResults(ready, all)) !== undefined ? 'rollback' : 'commit')
    : undefined
  const isReading = isReadOnly(plan)
  const request: LineRequest = {
    settings: requestSettings(asked.request, asked.caller, ready.settings),
    statements: statementsOf(ready, inputs, isRolledBack),
    mode: isReading ? 'read' : 'write',
    isolation: isolationOf(asked.caller, catalogue, routine),
    decide,
    // A write is done though its client has gone, as with PostgREST.
    isGone: isReading ? asked.isGone : undefined,
  }
  return deps.line.run(request).then(
    (results) => answer(judge(ready, inputs, results)),
    (error: unknown) => {
      throw databaseFault(error, asked.isAuthenticated)
    },
  )
}
