// The answer's body, made by Postgres: rows `t` → one text.

import type { QualifiedName, Routine } from '@plinth/schema'
import type { Handler } from '../plan/plan.ts'
import { sourceName } from './read.ts'
import { quoteQualified } from './writer.ts'

/** Alias of the answer's rows. Visible to custom handlers' error messages only. */
export const rows = '_postgrest_t'

const stripped = (isStripped: boolean, json: string): string =>
  isStripped ? `json_strip_nulls(${json})` : json

const first = (isStripped: boolean, value: string): string =>
  `coalesce(${stripped(isStripped, `json_agg(${value})->0`)}, 'null')`

const all = (isStripped: boolean, value: string): string =>
  `coalesce(${stripped(isStripped, `json_agg(${value})`)}, '[]')`

const json = (routine: Routine | undefined, isStripped: boolean): string => {
  if (routine === undefined) return all(isStripped, rows)
  const { kind, isSet } = routine.result
  const value = kind === 'composite' ? rows : `${rows}.pgrst_scalar`
  return isSet ? all(isStripped, value) : first(isStripped, value)
}

const object = (routine: Routine | undefined, isStripped: boolean): string => {
  const isScalar = routine !== undefined && routine.result.kind !== 'composite' && !routine.result.isSet
  return first(isStripped, isScalar ? `${rows}.pgrst_scalar` : rows)
}

/** Postgres writes a row as `(a,"b c")`, which is CSV but for the parentheses. */
const csv = `(SELECT coalesce(string_agg(a.k, ','), '') FROM (SELECT json_object_keys(r)::text AS k FROM (SELECT row_to_json(hh) AS r FROM ${sourceName} AS hh LIMIT 1) s) a) || E'\\n' || coalesce(string_agg(substring(${rows}::text, 2, length(${rows}::text) - 2), E'\\n'), '')`

const geojson = `json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(ST_AsGeoJSON(${rows})::json), '[]'))`

const custom = (handler: Extract<Handler, { kind: 'custom' }>, routine: Routine | undefined): string => {
  if (!handler.isAggregate) return `${rows}.pgrst_scalar`
  const name = quoteQualified(handler.function)
  const isScalar = routine !== undefined && routine.result.kind !== 'composite' && !routine.result.isSet
  if (isScalar) return `${name}(${rows}.pgrst_scalar)`
  const cast = (type: QualifiedName | undefined) => (type === undefined ? '' : `::${quoteQualified(type)}`)
  return `${name}(${rows}${cast(handler.rowType)})`
}

export const bodySql = (handler: Handler, routine: Routine | undefined): string => {
  switch (handler.kind) {
    case 'none':
      return "''::text"
    case 'json':
      return json(routine, false)
    case 'array-stripped':
      return json(routine, true)
    case 'object':
      return object(routine, handler.nullsStripped)
    case 'csv':
      return csv
    case 'geojson':
      return geojson
    case 'custom':
      return custom(handler, routine)
  }
}
