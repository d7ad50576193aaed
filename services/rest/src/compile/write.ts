// INSERT, UPDATE and DELETE. The body is one JSON parameter that Postgres itself turns into rows.

import type { BodyColumn, WritePlan } from '../plan/plan.ts'
import { conditionSql } from './condition.ts'
import { columnOf, parameter, quoteName, quoteQualified, quoteText, type Writer } from './writer.ts'

const body = 'pgrst_body'
/** Counts rows that were inserted and not updated; lives as long as the transaction. */
export const insertedSetting = "nullif(current_setting('pgrst.inserted', true), '')::int"

const counting = (by: '+ 1' | '- 1', never: string): string =>
  `set_config('pgrst.inserted', (coalesce(${insertedSetting}, 0) ${by})::text, true) <> '${never}'`

const named = (column: BodyColumn): string =>
  column.transform === undefined
    ? quoteName(column.name)
    : `${column.transform}(${quoteName(column.name)}) AS ${quoteName(column.name)}`

/** Defaults of the columns that a body may leave out, as one JSON object. */
const defaults = (columns: readonly BodyColumn[]): string => {
  const pairs = columns.flatMap((column) =>
    column.default === null ? [] : [`${quoteText(column.name)}, ${column.default}`],
  )
  return `jsonb_build_object(${pairs.join(', ')})`
}

export type BodyRows = {
  readonly columns: readonly BodyColumn[]
  readonly isObject: boolean
  readonly appliesDefaults: boolean
  readonly isOneRow: boolean
}

/** `FROM …` that gives the body's rows as `pgrst_body`. */
export const bodyRows = (writer: Writer, rows: BodyRows): string => {
  const { columns, isObject, appliesDefaults } = rows
  const type = appliesDefaults ? 'jsonb' : 'json'
  const data = appliesDefaults ? 'pgrst_json_defs.val' : 'pgrst_payload.json_data'
  const payload = `(SELECT ${parameter(writer, (inputs) => inputs.body)}::${type} AS json_data) pgrst_payload, `
  const merged = isObject
    ? `LATERAL (SELECT ${defaults(columns)} || pgrst_payload.json_data AS val) pgrst_json_defs, `
    : `LATERAL (SELECT jsonb_agg(${defaults(columns)} || elem) AS val FROM jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, `
  const typed = columns.map((column) => `${quoteName(column.name)} ${column.type}`).join(', ')
  const expand = `${type}_to_record${isObject ? '' : 'set'}(${data}) AS _(${typed})`
  const empty = isObject ? '(values(1)) _' : `${type}_array_elements(${data}) _`
  const source = columns.length === 0 ? empty : expand
  const limit = rows.isOneRow ? ' LIMIT 1' : ''
  return (
    `FROM ${payload}${appliesDefaults ? merged : ''}` +
    `LATERAL (SELECT ${columns.map(named).join(', ')} FROM ${source}${limit}) ${body}`
  )
}

const rowsOf = (plan: WritePlan): BodyRows => ({
  columns: plan.columns,
  isObject: plan.bodyIsObject,
  appliesDefaults: plan.appliesDefaults,
  isOneRow: false,
})

const returningSql = ({ relation, returning }: WritePlan): string =>
  returning.length === 0
    ? ' RETURNING 1'
    : ` RETURNING ${returning.map((name) => columnOf(relation.name, name)).join(', ')}`

const conflictSql = (plan: WritePlan): string => {
  if (plan.conflict === undefined) return ''
  const target = ` ON CONFLICT(${plan.conflict.columns.map(quoteName).join(', ')})`
  if (plan.conflict.action === 'ignore' || plan.columns.length === 0) return `${target} DO NOTHING`
  const set = plan.columns.map(({ name }) => `${quoteName(name)} = EXCLUDED.${quoteName(name)}`).join(', ')
  return `${target} DO UPDATE SET ${set} WHERE ${counting('- 1', '-1')}`
}

const insertSql = (writer: Writer, plan: WritePlan): string => {
  const names = plan.columns.map((column) => quoteName(column.name)).join(', ')
  const into = plan.columns.length === 0 ? '' : `(${names})`
  const selected = plan.columns.map((column) => columnOf(body, column.name)).join(', ')
  const rows = bodyRows(writer, rowsOf(plan))
  const matching = plan.where.map((condition) => conditionSql(writer, body, condition))
  const conditions = plan.countsInserted ? [counting('+ 1', '0'), ...matching] : matching
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `INSERT INTO ${quoteQualified(plan.relation)}${into} SELECT ${selected} ${rows}${where}${conflictSql(plan)}${returningSql(plan)}`
}

const whereSql = (writer: Writer, plan: WritePlan): string =>
  plan.where.length === 0
    ? ''
    : ` WHERE ${plan.where.map((condition) => conditionSql(writer, plan.relation.name, condition)).join(' AND ')}`

const updateSql = (writer: Writer, plan: WritePlan): string => {
  const target = quoteQualified(plan.relation)
  if (plan.columns.length === 0) {
    // Nothing to set is no UPDATE at all, but the answer still has the relation's columns.
    const names = plan.returning.map((name) => columnOf(plan.relation.name, name))
    return `SELECT ${names.length === 0 ? 'NULL' : names.join(', ')} FROM ${target} WHERE false`
  }
  const set = plan.columns.map(({ name }) => `${quoteName(name)} = ${columnOf(body, name)}`).join(', ')
  return `UPDATE ${target} SET ${set} ${bodyRows(writer, rowsOf(plan))}${whereSql(writer, plan)}${returningSql(plan)}`
}

export const writeSql = (writer: Writer, plan: WritePlan): string => {
  if (plan.kind === 'insert') return insertSql(writer, plan)
  if (plan.kind === 'update') return updateSql(writer, plan)
  return `DELETE FROM ${quoteQualified(plan.relation)}${whereSql(writer, plan)}${returningSql(plan)}`
}
