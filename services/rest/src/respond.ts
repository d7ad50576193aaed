// Last step: what the database answered → status, headers, body.

import { restApiVersion } from '@plinth/contracts'
import type { Compiled } from './compile/compile.ts'
import { contentLocation, rowLocation } from './content-location.ts'
import { errorBody, type Verbosity } from './dialect.ts'
import { errors } from './errors.ts'
import { contentTypeOf } from './parse/media-type.ts'
import { type Preferences, renderApplied } from './parse/prefer.ts'
import type { RowRange } from './parse/range.ts'
import type { Plan } from './plan/plan.ts'
import type { Ready, Rows } from './run/run.ts'
import { isFinalStatus, isFraming, isHeader } from './set-by-sql.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  /** `null` sends no body at all. */
  readonly body: string | Buffer | null
}

type Headers = Record<string, string | string[]>

const contentRange = (lower: number, upper: number, total: number | undefined): string => {
  const isThere = total !== 0 && lower <= upper
  return `${isThere ? `${lower}-${upper}` : '*'}/${total ?? '*'}`
}

const rangeStatus = (lower: number, upper: number, total: number | undefined): number => {
  if (total === undefined) return 200
  if (lower > total) return 416
  return 1 + upper - lower < total ? 206 : 200
}

/** Which preferences were honoured depends on what was done. */
const appliedOf = (plan: Plan): Preferences => {
  const { prefer } = plan.wish
  const write = plan.kind === 'write' ? plan.write : undefined
  const isInsert = write?.kind === 'insert' && !write.isPut
  const hasTarget =
    isInsert && (write.relation.primaryKey.length > 0 || plan.wish.query.onConflict !== undefined)
  const isChange = write?.kind === 'update' || write?.kind === 'delete' || plan.kind === 'call'
  return {
    ...prefer,
    resolution: hasTarget ? prefer.resolution : undefined,
    return: write === undefined ? undefined : prefer.return,
    missing: isInsert || write?.kind === 'update' ? prefer.missing : undefined,
    maxAffected: isChange ? prefer.maxAffected : undefined,
  }
}

const typeHeaders = (plan: Plan, headers: Headers): void => {
  headers['content-type'] = contentTypeOf(plan.media)
  if (plan.wish.namesSchema) headers['content-profile'] = plan.wish.schema
}

const bodyOf = (plan: Plan, rows: Rows): string | Buffer => {
  const encoding = plan.handler.kind === 'custom' ? plan.handler.encoding : 'text'
  if (encoding === 'bytes' && rows.body.startsWith('\\x')) return Buffer.from(rows.body.slice(2), 'hex')
  // PostgREST hands on what Postgres sends in binary form, which for jsonb begins with its version.
  return encoding === 'jsonb' ? `\u0001${rows.body}` : rows.body
}

const outOfBounds = ({ range, verbosity }: AnswerContext, total: number | undefined): string =>
  errorBody(
    errors.badRange(`An offset of ${range.offset} was requested, but there are only ${total ?? 0} rows.`),
    verbosity,
  )

const readAnswer = (plan: Plan, rows: Rows, context: AnswerContext, headers: Headers): Answer => {
  const lower = context.range.offset
  const upper = lower + rows.page - 1
  const status = rangeStatus(lower, upper, rows.total)
  headers['content-range'] = contentRange(lower, upper, rows.total)
  if (plan.kind === 'read') headers['content-location'] = contentLocation(plan.relation.name, context.query)
  if (plan.kind === 'call' && plan.call.routine.result.kind === 'void' && !plan.call.routine.result.isSet)
    return { status: 204, headers, body: null }
  typeHeaders(plan, headers)
  if (plan.wish.method === 'HEAD') return { status, headers, body: null }
  const body = status === 416 ? outOfBounds(context, rows.total) : bodyOf(plan, rows)
  return { status, headers, body }
}

const changed = (plan: Plan, rows: Rows, headers: Headers): Answer => {
  if (plan.wish.prefer.return !== 'representation') return { status: 204, headers, body: null }
  typeHeaders(plan, headers)
  return { status: 200, headers, body: bodyOf(plan, rows) }
}

const counted = (plan: Plan, rows: Rows): number | undefined => {
  const { count } = plan.wish.prefer
  return count === 'exact' || count === 'estimated' ? rows.page : undefined
}

const writeAnswer = (plan: Extract<Plan, { kind: 'write' }>, rows: Rows, headers: Headers): Answer => {
  const { write, wish } = plan
  const isNew = write.countsInserted ? (rows.inserted ?? 0) > 0 : true
  if (write.isPut) {
    const answer = changed(plan, rows, headers)
    return answer.status === 200 && isNew ? { ...answer, status: 201 } : answer
  }
  const upper = write.kind === 'update' ? rows.page - 1 : 0
  const lower = write.kind === 'update' ? 0 : 1
  headers['content-range'] = contentRange(lower, upper, counted(plan, rows))
  if (write.kind !== 'insert') return changed(plan, rows, headers)
  if (rows.location !== null) headers['location'] = rowLocation(write.relation.name, rows.location)
  const status = isNew ? 201 : 200
  if (wish.prefer.return !== 'representation') return { status, headers, body: null }
  typeHeaders(plan, headers)
  return { status, headers, body: bodyOf(plan, rows) }
}

/** Headers that SQL code set replace ours of the same name; several of one name are all sent. */
const withSettings = (answer: Answer, rows: Rows): Answer => {
  if (rows.headers === null && rows.status === null) return answer
  const headers: Headers = { ...answer.headers }
  const own = new Set<string>()
  for (const [name, value] of settingHeaders(rows.headers)) {
    const key = name.toLowerCase()
    if (isFraming(key)) continue
    const before = headers[key]
    headers[key] = own.has(key) && before !== undefined ? [before, value].flat() : value
    own.add(key)
  }
  return { ...answer, status: settingStatus(rows.status) ?? answer.status, headers }
}

const settingHeaders = (text: string | null): readonly (readonly [string, string])[] => {
  if (text === null) return []
  const value = readJson(text)
  if (!Array.isArray(value)) throw errors.badHeadersSetting()
  return value.map((each: unknown) => {
    const entries = typeof each === 'object' && each !== null ? Object.entries(each) : []
    const [entry] = entries
    if (entries.length !== 1 || entry === undefined) throw errors.badHeadersSetting()
    const [name, value] = entry
    if (!isHeader(name, value)) throw errors.badHeadersSetting()
    return [name, value] as const
  })
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const settingStatus = (text: string | null): number | undefined => {
  if (text === null) return undefined
  const digits = /^\d+/.exec(text)?.[0]
  const status = Number(digits)
  if (digits === undefined || !isFinalStatus(status)) throw errors.badStatusSetting()
  return status
}

const warningOf = (warnings: Plan['warnings']): string => {
  const changes = warnings.map(([name, alias]) => `\`${name}\` to \`${alias}\``).join(', ')
  return `299 PostgRESTv${restApiVersion} "Embedded resource was referenced by relation name even though it has an alias. This is deprecated and will stop working in a future release. Update ${changes} in query string filters, orders or limits."`
}

export type AnswerContext = {
  readonly range: RowRange
  /** The query as it came. */
  readonly query: string
  readonly verbosity: Verbosity
}

export const appliedTo = (plan: Plan): string | undefined => renderApplied(appliedOf(plan))

export const respond = (
  { compiled: { plan }, applied }: Pick<Ready, 'applied'> & { readonly compiled: Pick<Compiled, 'plan'> },
  rows: Rows,
  context: AnswerContext,
): Answer => {
  const headers: Headers = { vary: 'Accept, Prefer, Range' }
  if (plan.warnings.length > 0) headers['warning'] = warningOf(plan.warnings)
  if (plan.media.plan !== undefined) {
    typeHeaders(plan, headers)
    return { status: 200, headers, body: rows.body }
  }
  if (applied !== undefined) headers['preference-applied'] = applied
  const answer =
    plan.kind === 'write' ? writeAnswer(plan, rows, headers) : readAnswer(plan, rows, context, headers)
  return withSettings(answer, rows)
}
