// Third stage: `Plan` → one statement that gives the finished answer: body, counts, and what SQL code has
// said about status and headers.

import type { Plan, ReadNode, WritePlan } from '../plan/plan.ts'
import { bodySql, rows } from './body.ts'
import { callSql } from './call.ts'
import { countSql, readSql, sourceName } from './read.ts'
import { insertedSetting, writeSql } from './write.ts'
import { type Bind, type Prepared, parameter, quoteText, type Writer } from './writer.ts'

export type Compiled = {
  readonly plan: Plan
  readonly main: Prepared
  /** Asks the database's planner for the number of rows. */
  readonly estimate: Prepared | undefined
}

/** Columns of the statement's only row, in PostgREST's order, which shows in plans. */
export const resultColumns = {
  read: { total: 0, page: 1, body: 2, headers: 3, status: 4, location: undefined, inserted: undefined },
  write: { total: 0, page: 1, location: 2, body: 3, headers: 4, status: 5, inserted: 6 },
} as const

const setting = (name: string): string => `nullif(current_setting('${name}', true), '')`

const usesAggregates = (node: ReadNode): boolean =>
  node.columns.some((column) => column.aggregate !== undefined) ||
  node.embeds.some(
    (embed) => usesAggregates(embed.node) || embed.lifted.some((lifted) => lifted.aggregate !== undefined),
  )

/** Rows that are grouped or shown as text need embeds of a comparable, evenly written type. */
const needsJsonb = ({ root, handler }: Plan): boolean =>
  handler.kind === 'csv' || handler.kind === 'custom' || usesAggregates(root)

const withWriter = (plan: Plan, write: (writer: Writer) => string): Prepared => {
  const binds: Bind[] = []
  const text = write({ binds, usesJsonb: needsJsonb(plan) })
  return { text, binds }
}

type Counted = { readonly cte: string; readonly total: string }

const countedSql = (writer: Writer, plan: Plan, page: string): Counted => {
  const { count } = plan.wish.prefer
  if (plan.kind === 'write' || (count !== 'exact' && count !== 'estimated'))
    return { cte: '', total: 'null::bigint' }
  // Nothing cuts the rows, so those of the answer are all there are.
  if (count === 'exact' && !plan.wish.isRanged) return { cte: '', total: page }
  const limit =
    count === 'estimated'
      ? ` LIMIT ${parameter(writer, ({ maxRows }) => (maxRows === null ? null : String(maxRows + 1)))}`
      : ''
  return {
    cte: `, pgrst_source_count AS (${countSql(writer, plan.root)}${limit})`,
    total: `(SELECT pg_catalog.count(*) FROM pgrst_source_count)`,
  }
}

const locationSql = (key: readonly string[]): string =>
  `CASE WHEN pg_catalog.count(*) = 1 THEN (SELECT json_object_agg(each.key, each.value)::text FROM (SELECT row_to_json(_) AS row FROM ${sourceName} AS _ LIMIT 1) data CROSS JOIN json_each_text(data.row) AS each WHERE each.key IN (${key.map(quoteText).join(', ')})) END`

const locationOf = ({ locationKey }: WritePlan): string =>
  locationKey.length === 0 ? 'null' : locationSql(locationKey)

const sourceSql = (writer: Writer, plan: Plan): string => {
  if (plan.kind === 'read') return readSql(writer, plan.root)
  return plan.kind === 'write' ? writeSql(writer, plan.write) : callSql(writer, plan.call)
}

/** The answer's rows. A write that shows nothing selects nothing of what it returned. */
const rowsSql = (writer: Writer, plan: Plan): string => {
  if (plan.kind === 'read' || (plan.kind === 'write' && plan.handler.kind === 'none'))
    return `SELECT * FROM ${sourceName}`
  return readSql(writer, plan.root)
}

const explainOptions = (plan: Plan): string | undefined => {
  const wanted = plan.media.plan
  if (wanted === undefined) return undefined
  return [`FORMAT ${wanted.format}`, ...wanted.options].join(', ').toUpperCase()
}

const mainSql = (writer: Writer, plan: Plan): string => {
  const routine = plan.kind === 'call' ? plan.call.routine : undefined
  const source = sourceSql(writer, plan)
  const page = routine !== undefined && !routine.result.isSet ? '1::bigint' : 'pg_catalog.count(*)'
  const { cte, total } = countedSql(writer, plan, page)
  const columns = [
    `${total} AS total_result_set`,
    `${page} AS page_total`,
    ...(plan.kind === 'write' ? [`${locationOf(plan.write)} AS location`] : []),
    `${bodySql(plan.handler, routine)} AS body`,
    `${setting('response.headers')} AS response_headers`,
    `${setting('response.status')} AS response_status`,
  ]
  if (plan.kind === 'write')
    columns.push(`${plan.write.countsInserted ? insertedSetting : 'null'} AS inserted`)
  const answer = rowsSql(writer, plan)
  const text = `WITH ${sourceName} AS (${source})${cte} SELECT ${columns.join(', ')} FROM (${answer}) ${rows}`
  const explain = explainOptions(plan)
  return explain === undefined ? text : `EXPLAIN (${explain}) ${text}`
}

const asksPlanner = (plan: Plan): boolean =>
  plan.kind === 'read' &&
  plan.media.plan === undefined &&
  (plan.wish.prefer.count === 'planned' || plan.wish.prefer.count === 'estimated')

export const compile = (plan: Plan): Compiled => ({
  plan,
  main: withWriter(plan, (writer) => mainSql(writer, plan)),
  estimate: asksPlanner(plan)
    ? withWriter(plan, (writer) => `EXPLAIN (FORMAT JSON) ${countSql(writer, plan.root)}`)
    : undefined,
})
