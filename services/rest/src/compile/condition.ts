// Fields and conditions as SQL.

import type { BinaryOperator, Operation, QuantifiedOperator, SearchOperator } from '../parse/filter.ts'
import type { JsonStep } from '../parse/names.ts'
import type { Condition, Embed, OrderBy, PlannedField } from '../plan/plan.ts'
import { columnOf, fixed, list, operand, pattern, quoteName, type Writer } from './writer.ts'

const binary: Readonly<Record<BinaryOperator, string>> = {
  neq: '<>',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxr: '&<',
  nxl: '&>',
  adj: '-|-',
}

const quantified: Readonly<Record<QuantifiedOperator, string>> = {
  eq: '=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
}

const search: Readonly<Record<SearchOperator, string>> = {
  fts: 'to_tsquery',
  plfts: 'plainto_tsquery',
  phfts: 'phraseto_tsquery',
  wfts: 'websearch_to_tsquery',
}

const is = { null: 'NULL', not_null: 'NOT NULL', true: 'TRUE', false: 'FALSE', unknown: 'UNKNOWN' } as const

const step = (writer: Writer, { arrow, key, isIndex }: JsonStep): string =>
  `${arrow}${fixed(writer, key)}${isIndex ? '::int' : ''}`

/** The value of a field, before any cast. */
export const fieldSql = (writer: Writer, alias: string, field: PlannedField): string => {
  if (field.isRow) return quoteName(alias)
  const column = columnOf(alias, field.name)
  if (field.path.length === 0) return column
  const path = field.path.map((each) => step(writer, each)).join('')
  return (field.viaJson ? `to_jsonb(${column})` : column) + path
}

const through = (transform: string | undefined, value: string): string =>
  transform === undefined ? value : `${transform}(${value})`

const language = (writer: Writer, name: string | undefined): string =>
  name === undefined ? '' : `${fixed(writer, name)}, `

const listSql = (
  writer: Writer,
  operation: Extract<Operation, { kind: 'in' }>,
  field: PlannedField,
): string => {
  const array = list(writer, operation.values)
  return field.transform === undefined
    ? `= ANY (${array})`
    : `= ANY (SELECT ${field.transform}(each) FROM unnest(${array}::text[]) each)`
}

const quantifiedSql = (
  writer: Writer,
  operation: Extract<Operation, { kind: 'quantified' }>,
  field: PlannedField,
): string => {
  const { operator, quantifier, value } = operation
  const right =
    operator === 'like' || operator === 'ilike'
      ? pattern(writer, value)
      : through(field.transform, operand(writer, value))
  return `${quantified[operator]} ${quantifier === undefined ? right : `${quantifier.toUpperCase()}(${right})`}`
}

const operationSql = (writer: Writer, operation: Operation, field: PlannedField): string => {
  switch (operation.kind) {
    case 'binary':
      return `${binary[operation.operator]} ${through(field.transform, operand(writer, operation.value))}`
    case 'quantified':
      return quantifiedSql(writer, operation, field)
    case 'in':
      return listSql(writer, operation, field)
    case 'is':
      return `IS ${is[operation.value]}`
    case 'distinct':
      return `IS DISTINCT FROM ${operand(writer, operation.value)}`
    case 'search':
      return `@@ ${search[operation.operator]}(${language(writer, operation.language)}${operand(writer, operation.value)})`
  }
}

/** How the condition on an embed being there is said: by its join, or where there is no join by `exists`. */
export type EmbedCondition = (embed: Embed, isNegated: boolean) => string

export const byJoin: EmbedCondition = (embed, isNegated) =>
  `${quoteName(embed.alias)} IS ${isNegated ? '' : 'NOT '}DISTINCT FROM NULL`

export const conditionSql = (
  writer: Writer,
  alias: string,
  condition: Condition,
  embedCondition: EmbedCondition = byJoin,
): string => {
  if (condition.kind === 'embed-null') return embedCondition(condition.embed, condition.isNegated)
  const not = condition.isNegated ? 'NOT ' : ''
  if (condition.kind !== 'filter') {
    const word = condition.kind === 'and' ? ' AND ' : ' OR '
    return `${not}(${condition.terms.map((term) => conditionSql(writer, alias, term, embedCondition)).join(word)})`
  }
  const { field, vector, operation } = condition
  const left =
    vector === undefined
      ? fieldSql(writer, alias, field)
      : `to_tsvector(${language(writer, vector.language)}${fieldSql(writer, alias, field)})`
  return `${not}${left} ${operationSql(writer, operation, field)}`
}

const directions = { asc: ' ASC', desc: ' DESC' } as const
const nullPlaces = { first: ' NULLS FIRST', last: ' NULLS LAST' } as const

export const orderSql = (writer: Writer, alias: string, order: readonly OrderBy[]): string => {
  if (order.length === 0) return ''
  const terms = order.map((by) => {
    const direction = by.direction === undefined ? '' : directions[by.direction]
    const nulls = by.nulls === undefined ? '' : nullPlaces[by.nulls]
    return fieldSql(writer, by.of ?? alias, by.field) + direction + nulls
  })
  return ` ORDER BY ${terms.join(', ')}`
}
