// The tree of embeds as the request names it, with filters, order and ranges hung on their levels. Nothing
// is looked up yet.

import { errors } from '../errors.ts'
import type { Filter } from '../parse/filter.ts'
import type { Logic } from '../parse/logic.ts'
import type { OrderTerm } from '../parse/order.ts'
import type { Located, Query } from '../parse/query.ts'
import type { SelectEmbed, SelectField, SelectItem } from '../parse/select.ts'

export type Draft = {
  readonly embed: SelectEmbed | undefined
  readonly fields: readonly SelectField[]
  readonly children: readonly Draft[]
  readonly filters: Filter[]
  readonly logic: Logic[]
  order: readonly OrderTerm[]
  limit: number | undefined
  offset: number | undefined
}

export type DraftedTree = {
  readonly root: Draft
  /** Embeds that were meant by their relation's name though they have an alias. */
  readonly warnings: readonly (readonly [name: string, alias: string])[]
}

const isField = (item: SelectItem): item is SelectField => item.kind === 'field'
const isEmbed = (item: SelectItem): item is SelectEmbed => item.kind === 'embed'

const draftOf = (embed: SelectEmbed | undefined, items: readonly SelectItem[]): Draft => ({
  embed,
  fields: items.filter(isField),
  children: items.filter(isEmbed).map((each) => draftOf(each, each.items)),
  filters: [],
  logic: [],
  order: [],
  limit: undefined,
  offset: undefined,
})

type Search = {
  /** Found by their relation's name. */
  readonly byRelation: Set<Draft>
  readonly allowsRelationNames: boolean
}

const find = (root: Draft, path: readonly string[], { byRelation, allowsRelationNames }: Search): Draft => {
  let draft = root
  for (const name of path) {
    const child = draft.children.find(({ embed }) => embed?.relation === name || embed?.alias === name)
    if (child?.embed === undefined) throw errors.notEmbedded(name)
    const shown = child.embed.alias ?? child.embed.relation
    if (shown !== name && !allowsRelationNames) throw errors.embedHasAlias(name, shown)
    const { alias } = child.embed
    if (alias !== undefined && alias !== name) byRelation.add(child)
    draft = child
  }
  return draft
}

/** In the order in which they are selected. */
const listWarnings = (draft: Draft, byRelation: ReadonlySet<Draft>): DraftedTree['warnings'] => {
  if (byRelation.size === 0) return []
  const { embed, children } = draft
  const own: DraftedTree['warnings'] =
    embed?.alias !== undefined && byRelation.has(draft) ? [[embed.relation, embed.alias]] : []
  return [...own, ...children.flatMap((child) => listWarnings(child, byRelation))]
}

export type DraftOptions = {
  /** An aliased embed may be meant by its relation's name. */
  readonly allowsRelationNames: boolean
  /** A write filters and limits its own rows: what is said about the top is then not about the answer. */
  readonly isWrite: boolean
}

export const draftTree = (query: Query, { isWrite, allowsRelationNames }: DraftOptions): DraftedTree => {
  const root = draftOf(undefined, query.select)
  const byRelation = new Set<Draft>()
  const search: Search = { byRelation, allowsRelationNames }
  const concerns = ({ path }: Located<unknown>) => !isWrite || path.length > 0
  for (const each of query.filters) if (concerns(each)) find(root, each.path, search).filters.push(each.item)
  for (const each of query.order) find(root, each.path, search).order = each.item
  if (!isWrite) {
    for (const each of query.limits) find(root, each.path, search).limit = each.item
    for (const each of query.offsets) find(root, each.path, search).offset = each.item
  }
  for (const each of query.logic) if (concerns(each)) find(root, each.path, search).logic.push(each.item)
  return { root, warnings: listWarnings(root, byRelation) }
}
