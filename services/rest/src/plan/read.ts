// Draft → tree of reads: every embed gets its relationship, every name its column.

import type { Catalogue, QualifiedName, Relation, Relationship } from '@plinth/schema'
import { isToOne } from '@plinth/schema'
import { errors } from '../errors.ts'
import type { Logic } from '../parse/logic.ts'
import { noPath } from '../parse/names.ts'
import type { OrderTerm } from '../parse/order.ts'
import type { Draft } from './draft.ts'
import {
  expandStar,
  type FieldContext,
  hasRepresentations,
  planColumn,
  planField,
  planFilter,
} from './fields.ts'
import { findRelationship } from './find-relationship.ts'
import type { Condition, Embed, OrderBy, PlannedColumn, ReadNode } from './plan.ts'
import { liftColumns, liftOrder } from './spread.ts'

export type ReadContext = {
  readonly catalogue: Catalogue
  readonly schema: string
  readonly allowsAggregates: boolean
  /** What can cut rows: the range of the request at the top, the configured maximum everywhere. */
  readonly cuts: { readonly isReading: boolean; readonly isRanged: boolean; readonly isBounded: boolean }
}

/** A LIMIT that cuts nothing would still keep Postgres from joining the level into the one above. */
const isCapped = ({ limit, offset }: Draft, depth: number, { cuts }: ReadContext): boolean => {
  if (!cuts.isReading) return false
  return depth === 0 ? cuts.isRanged : cuts.isBounded || limit !== undefined || offset !== undefined
}

/** Where a level's rows come from and what stands above it. */
type Place = {
  readonly source: QualifiedName | undefined
  /** The relation whose columns the rows have; for relationships too. */
  readonly name: QualifiedName
  readonly alias: string
  readonly depth: number
  readonly spread: 'one' | 'many' | undefined
  readonly isGrouped: boolean
}

const relationOf = (catalogue: Catalogue, { schema, name }: QualifiedName): Relation | undefined =>
  catalogue.relations.get(schema)?.get(name)

export const planRoot = (
  draft: Draft,
  name: QualifiedName,
  isFromSource: boolean,
  context: ReadContext,
): ReadNode =>
  planNode(
    draft,
    {
      source: isFromSource ? undefined : name,
      name,
      alias: name.name,
      depth: 0,
      spread: undefined,
      isGrouped: false,
    },
    context,
  )

const planNode = (draft: Draft, place: Place, context: ReadContext): ReadNode => {
  const fields: FieldContext = {
    catalogue: context.catalogue,
    relation: relationOf(context.catalogue, place.name),
  }
  const hasAggregate = draft.fields.some((field) => field.aggregate !== undefined)
  if (hasAggregate && !context.allowsAggregates) throw errors.aggregatesOff()
  const isGrouped = place.isGrouped || hasAggregate || place.spread === 'many'
  const node: ReadNode = {
    source: place.source,
    alias: place.alias,
    columns: planColumns(draft, fields, place.spread !== undefined, isGrouped),
    where: [],
    order: [],
    range: { limit: draft.limit, offset: draft.offset },
    isCapped: isCapped(draft, place.depth, context),
    embeds: draft.children.map((child) => planEmbed(child, { ...place, isGrouped }, context)),
  }
  for (const filter of draft.filters) node.where.push(withEmbeds(planFilter(filter, fields), node.embeds))
  for (const tree of draft.logic) node.where.push(planLogic(tree, fields, node.embeds))
  for (const term of draft.order) node.order.push(planOrder(term, fields, node, place.name.name))
  return node
}

const planColumns = (
  draft: Draft,
  context: FieldContext,
  isSpread: boolean,
  isGrouped: boolean,
): PlannedColumn[] => {
  const expands = isGrouped || hasRepresentations(context)
  return draft.fields.flatMap((selected) => {
    const isStar = selected.field.name === '*'
    if (expands && isStar && selected.aggregate === undefined) return expandStar(context)
    const column = planColumn(selected, context, isSpread)
    // Counting rows of a spread must not count the rows of others joined to it.
    return isSpread && isStar && selected.aggregate === 'count'
      ? { ...column, field: { ...column.field, isRow: true } }
      : column
  })
}

const shapeOf = (isSpread: boolean, toOne: boolean): Embed['shape'] =>
  isSpread ? (toOne ? 'spread-one' : 'spread-many') : toOne ? 'object' : 'list'

/** A many-to-many keeps its relation's own name where nothing above has it already. */
const aliasOf = (relationship: Relationship, parent: Place): string => {
  const { name } = relationship.target
  return relationship.kind === 'many-to-many' && parent.alias !== name ? name : `${name}_${parent.depth + 1}`
}

const planEmbed = (draft: Draft, parent: Place, context: ReadContext): Embed => {
  const wanted = draft.embed
  if (wanted === undefined) throw new Error('only the top of a tree is no embed')
  const relationship = findRelationship(
    context.catalogue,
    parent.name,
    { name: wanted.relation, hint: wanted.hint },
    context.schema,
  )
  const depth = parent.depth + 1
  const shape = shapeOf(wanted.isSpread, isToOne(relationship))
  const alias = `${relationship.source.name}_${wanted.alias ?? wanted.relation}_${depth}`
  const node = planNode(
    draft,
    {
      source: relationship.target,
      name: relationship.target,
      alias: aliasOf(relationship, parent),
      depth,
      spread: shape === 'spread-one' ? 'one' : shape === 'spread-many' ? 'many' : undefined,
      isGrouped: parent.isGrouped,
    },
    context,
  )
  const embed: Embed = {
    node,
    relationship,
    name: wanted.alias ?? wanted.relation,
    alias,
    junctionAlias:
      relationship.kind === 'many-to-many'
        ? `${relationship.junction.relation.name}_${depth}_via`
        : undefined,
    parentAlias: parent.alias,
    isInner: wanted.join === 'inner',
    shape,
    isEmpty: isEmpty(node),
    lifted: [],
    orderColumns: [],
    liftedOrder: [],
  }
  liftColumns(embed)
  if (shape === 'spread-many') liftOrder(embed)
  return embed
}

const isEmpty = (node: ReadNode): boolean =>
  node.columns.length === 0 && node.embeds.every((embed) => isEmpty(embed.node))

/** `projects=is.null` means the embed of that name when there is one. */
const withEmbeds = (condition: Condition, embeds: readonly Embed[]): Condition => {
  if (condition.kind !== 'filter' || condition.field.path.length > 0) return condition
  const { operation } = condition
  if (operation.kind !== 'is' || operation.value !== 'null') return condition
  const embed = embeds.find((each) => each.name === condition.field.name)
  return embed === undefined ? condition : { kind: 'embed-null', embed, isNegated: condition.isNegated }
}

const planLogic = (logic: Logic, context: FieldContext, embeds: readonly Embed[]): Condition =>
  logic.kind === 'filter'
    ? withEmbeds(planFilter(logic.filter, context), embeds)
    : {
        kind: logic.kind,
        isNegated: logic.isNegated,
        terms: logic.terms.map((term) => planLogic(term, context, embeds)),
      }

/** Conditions of a write, which has no embeds of its own. */
export const planConditions = (
  filters: readonly Parameters<typeof planFilter>[0][],
  logic: readonly Logic[],
  context: FieldContext,
): readonly Condition[] => [
  ...filters.map((filter) => planFilter(filter, context)),
  ...logic.map((tree) => planLogic(tree, context, [])),
]

const planOrder = (term: OrderTerm, context: FieldContext, node: ReadNode, origin: string): OrderBy => {
  const { direction, nulls } = term
  if (term.relation === undefined)
    return { of: undefined, field: planField(term.field, context), direction, nulls }
  const embed = node.embeds.find((each) => each.name === term.relation)
  if (embed === undefined) throw errors.notEmbedded(term.relation)
  if (!isToOne(embed.relationship)) throw errors.orderByMany(origin, embed.name)
  const viaJson = term.field.path.length > 0
  const field = { name: term.field.name, path: viaJson ? term.field.path : noPath, viaJson }
  return { of: embed.alias, field: { ...field, transform: undefined, isRow: false }, direction, nulls }
}
