// Spreads lift the columns of an embed into the level above; aggregates among them are lifted to the first
// level that is not itself a to-one spread, so that they group what the caller sees.

import { errors } from '../errors.ts'
import { noPath } from '../parse/names.ts'
import type { Embed, Lifted, OrderBy, PlannedColumn } from './plan.ts'

const plain = (name: string): Lifted => ({
  name,
  aggregate: undefined,
  aggregateCast: undefined,
  alias: undefined,
})

const liftOwn = (column: PlannedColumn): Lifted => {
  const name = column.alias ?? column.field.name
  return column.aggregate === undefined
    ? plain(name)
    : { name, aggregate: column.aggregate, aggregateCast: column.aggregateCast, alias: column.alias }
}

const withoutAggregate = (column: PlannedColumn): PlannedColumn =>
  column.aggregate === undefined ? column : { ...column, aggregate: undefined, aggregateCast: undefined }

/** The name a lifted column has after this level has selected it. */
const shownName = (lifted: Lifted): string => lifted.alias ?? lifted.name

const liftInner = (inner: Embed): readonly Lifted[] => {
  if (inner.shape === 'spread-one' || inner.shape === 'spread-many')
    return inner.lifted.map((each) => ({ ...each, name: shownName(each) }))
  return inner.isEmpty ? [] : [plain(inner.name)]
}

export const liftColumns = (embed: Embed): void => {
  const { node, shape } = embed
  if (shape !== 'spread-one' && shape !== 'spread-many') return
  for (const column of node.columns) embed.lifted.push(liftOwn(column))
  for (const inner of node.embeds) embed.lifted.push(...liftInner(inner))
  if (shape === 'spread-one') postponeAggregates(embed)
  else if (embed.lifted.some((each) => each.aggregate !== undefined))
    throw errors.notImplemented('Aggregates are not implemented for one-to-many or many-to-many spreads.')
}

const postponeAggregates = ({ node }: Embed): void => {
  node.columns.splice(0, node.columns.length, ...node.columns.map(withoutAggregate))
  for (const inner of node.embeds)
    inner.lifted.splice(
      0,
      inner.lifted.length,
      ...inner.lifted.map((each) => ({ ...each, aggregate: undefined, aggregateCast: undefined })),
    )
}

/** The order of a to-many spread is applied where its lists are made, over columns selected for that only. */
export const liftOrder = (embed: Embed): void => {
  embed.node.order.forEach((by, index) => {
    const alias = `${embed.alias}_${by.field.name}_${index + 1}`
    const column = { field: by.field, cast: undefined, aggregate: undefined, aggregateCast: undefined, alias }
    embed.orderColumns.push({ of: by.of, column })
    embed.liftedOrder.push(overAlias(by, alias))
  })
  embed.node.order.length = 0
}

const overAlias = (by: OrderBy, alias: string): OrderBy => ({
  of: undefined,
  field: { name: alias, path: noPath, viaJson: false, transform: undefined, isRow: false },
  direction: by.direction,
  nulls: by.nulls,
})
