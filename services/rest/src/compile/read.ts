// Tree of reads → one SELECT: every embed is a lateral join.

import { capped, levelRange } from '../parse/range.ts'
import type { Embed, Lifted, PlannedColumn, ReadNode } from '../plan/plan.ts'
import { conditionSql, type EmbedCondition, fieldSql, orderSql } from './condition.ts'
import { columnOf, type Inputs, parameter, quoteName, quoteQualified, type Writer } from './writer.ts'

/** The result of this request's write or call, as other parts of the statement name it. */
export const sourceName = 'pgrst_source'

export const readSql = (writer: Writer, node: ReadNode, of?: Embed): string => {
  const columns = [
    ...ownColumns(writer, node),
    ...(of?.orderColumns.map(({ of: from, column }) => columnSql(writer, from ?? node.alias, column)) ?? []),
    ...node.embeds.flatMap((embed) => joinedColumns(writer, embed)),
  ]
  const joins = node.embeds.map((embed) => joinSql(writer, embed)).join('')
  return (
    `SELECT ${columns.join(', ')}${fromSql(node, of)}${joins}` +
    whereSql([
      ...node.where.map((condition) => conditionSql(writer, node.alias, condition)),
      ...(of === undefined ? [] : joinConditions(of)),
    ]) +
    groupSql(writer, node) +
    orderSql(writer, node.alias, node.order) +
    rangeSql(writer, node, of === undefined)
  )
}

const whereSql = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`

const ownColumns = (writer: Writer, node: ReadNode): readonly string[] =>
  node.columns.length === 0 && node.embeds.length === 0
    ? [columnOf(node.alias, '*')]
    : node.columns.map((column) => columnSql(writer, node.alias, column))

const castSql = (value: string, type: string | undefined): string =>
  type === undefined ? value : `CAST(${value} AS ${type})`

const aliasSql = (alias: string | undefined): string => (alias === undefined ? '' : ` AS ${quoteName(alias)}`)

const aggregateSql = (value: string, made: Pick<Lifted, 'aggregate' | 'aggregateCast'>): string =>
  made.aggregate === undefined ? value : castSql(`${made.aggregate}(${value})`, made.aggregateCast)

const columnSql = (writer: Writer, alias: string, column: PlannedColumn): string => {
  const { field } = column
  const value = fieldSql(writer, alias, field)
  const shown = field.transform === undefined ? value : `${field.transform}(${value})`
  return aggregateSql(castSql(shown, column.cast), column) + aliasSql(column.alias)
}

const joinedColumns = (writer: Writer, embed: Embed): readonly string[] => {
  const alias = quoteName(embed.alias)
  if (embed.shape === 'spread-one' || embed.shape === 'spread-many')
    return embed.lifted.map(
      (lifted) => aggregateSql(columnOf(embed.alias, lifted.name), lifted) + aliasSql(lifted.alias),
    )
  if (embed.isEmpty) return []
  const type = writer.usesJsonb ? '::jsonb' : ''
  const value =
    embed.shape === 'object' ? `row_to_json(${alias}.*)${type}` : `COALESCE(${alias}.${alias}, '[]')`
  return [`${value} AS ${quoteName(embed.name)}`]
}

const fromSql = (node: ReadNode, of: Embed | undefined): string => {
  const alias = quoteName(node.alias)
  if (node.source === undefined) return ` FROM ${sourceName} AS ${alias}`
  const relationship = of?.relationship
  if (of !== undefined && relationship?.kind === 'computed') {
    const row = `${quoteName(of.parentAlias)}::${quoteQualified(relationship.source)}`
    return ` FROM ${quoteQualified(relationship.function)}(${row}) AS ${alias}`
  }
  const junction =
    of?.junctionAlias !== undefined && relationship?.kind === 'many-to-many'
      ? `, ${quoteQualified(relationship.junction.relation)} AS ${quoteName(of.junctionAlias)}`
      : ''
  const named = node.alias === node.source.name ? '' : ` AS ${alias}`
  return ` FROM ${quoteQualified(node.source)}${named}${junction}`
}

const equal = (a: readonly [string, string], b: readonly [string, string]): string =>
  `${columnOf(...a)} = ${columnOf(...b)}`

const joinConditions = ({ relationship, node, parentAlias, junctionAlias }: Embed): readonly string[] => {
  if (relationship.kind === 'computed') return []
  if (relationship.kind !== 'many-to-many')
    return relationship.columns.map(({ source, target }) =>
      equal([node.alias, target], [parentAlias, source]),
    )
  const { junction } = relationship
  const via = junctionAlias ?? junction.relation.name
  return [
    ...junction.targetColumns.map(({ source, target }) => equal([node.alias, target], [via, source])),
    ...junction.sourceColumns.map(({ source, target }) => equal([via, target], [parentAlias, source])),
  ]
}

const joinSql = (writer: Writer, embed: Embed): string => {
  const alias = quoteName(embed.alias)
  const kind = embed.isInner ? ' INNER JOIN LATERAL ' : ' LEFT JOIN LATERAL '
  const rows = readSql(writer, embed.node, embed)
  if (embed.shape === 'object' || embed.shape === 'spread-one') return `${kind}(${rows}) AS ${alias} ON TRUE`
  const type = writer.usesJsonb ? '::jsonb' : ''
  const spread = embed.shape === 'spread-many' ? liftedLists(writer, embed) : []
  const selected = [`json_agg(${alias})${type} AS ${alias}`, ...spread].join(', ')
  const on = embed.isInner ? `${alias} IS NOT NULL` : 'TRUE'
  return `${kind}(SELECT ${selected} FROM (${rows}) AS ${alias}) AS ${alias} ON ${on}`
}

/** A to-many spread shows each column as a list. */
const liftedLists = (writer: Writer, embed: Embed): readonly string[] => {
  const type = writer.usesJsonb ? '::jsonb' : ''
  return embed.lifted.map((lifted) => {
    const order = orderSql(writer, embed.alias, embed.liftedOrder)
    const rows = `json_agg(${columnOf(embed.alias, lifted.name)}${order})`
    return `COALESCE(${rows}, '[]')${type} AS ${quoteName(lifted.alias ?? lifted.name)}`
  })
}

const groupSql = (writer: Writer, node: ReadNode): string => {
  const isAggregated =
    node.columns.some((column) => column.aggregate !== undefined) ||
    node.embeds.some((embed) => embed.lifted.some((lifted) => lifted.aggregate !== undefined))
  if (!isAggregated) return ''
  const own = node.columns
    .filter((column) => column.aggregate === undefined)
    .map((column) =>
      column.alias === undefined ? fieldSql(writer, node.alias, column.field) : quoteName(column.alias),
    )
  const terms = [...own, ...node.embeds.flatMap(groupedBy)]
  return terms.length === 0 ? '' : ` GROUP BY ${terms.join(', ')}`
}

const groupedBy = (embed: Embed): readonly string[] => {
  if (embed.shape === 'object' || embed.shape === 'list') return embed.isEmpty ? [] : [quoteName(embed.name)]
  return embed.lifted
    .filter((lifted) => lifted.aggregate === undefined)
    .map((lifted) => columnOf(embed.alias, lifted.alias ?? lifted.name))
}

const integer = (value: number | null): string | null => (value === null ? null : String(value))

const rangeSql = (writer: Writer, node: ReadNode, isTop: boolean): string => {
  const { limit, offset } = node.range
  if (isTop && node.isCapped)
    return ` LIMIT ${parameter(writer, ({ range }) => integer(range.limit))} OFFSET ${parameter(writer, ({ range }) => integer(range.offset))}`
  if (!node.isCapped || isTop) return ''
  const rangeOf = ({ values, maxRows }: Inputs) => {
    const own = levelRange(
      limit === undefined ? undefined : values[limit],
      offset === undefined ? undefined : values[offset],
    )
    return own.limit === 0 ? own : capped(own, maxRows)
  }
  return ` LIMIT ${parameter(writer, (inputs) => integer(rangeOf(inputs).limit))} OFFSET ${parameter(writer, (inputs) => integer(rangeOf(inputs).offset))}`
}

/** Counts all rows of the top level: its filters and inner embeds, no limits. */
export const countSql = (writer: Writer, node: ReadNode, of?: Embed): string => {
  const byExists: EmbedCondition = (embed, isNegated) =>
    `${isNegated ? '' : 'NOT '}EXISTS (${countSql(writer, embed.node, embed)})`
  const conditions = [
    ...node.where.map((condition) => conditionSql(writer, node.alias, condition, byExists)),
    ...(of === undefined ? [] : joinConditions(of)),
    ...node.embeds
      .filter((embed) => embed.isInner)
      .map((embed) => `EXISTS (${countSql(writer, embed.node, embed)})`),
  ]
  return `SELECT 1${fromSql(node, of)}${whereSql(conditions)}`
}
