// Plans of POST, PUT, PATCH and DELETE on a relation.

import type { Catalogue, Relation } from '@plinth/schema'
import { errors } from '../errors.ts'
import type { Wish } from '../parse/wish.ts'
import { planBodyColumn } from './fields.ts'
import type { BodyColumn, ReadNode, WritePlan } from './plan.ts'
import { planConditions } from './read.ts'

const bodyOf = (wish: Wish): { readonly keys: readonly string[]; readonly isObject: boolean } =>
  wish.payload?.kind === 'json' ? wish.payload : { keys: [], isObject: false }

/** Columns a write must give back so that the answer's columns and embeds can be read from it. */
export const neededColumns = (root: ReadNode, keys: readonly string[]): readonly string[] => {
  const names = root.columns.map((column) => column.field.name)
  const joins = root.embeds.map((embed) => embed.relationship)
  if (names.includes('*') || joins.some((relationship) => relationship.kind === 'computed')) return ['*']
  const joined = joins.flatMap((relationship) => {
    if (relationship.kind === 'computed') return []
    const pairs =
      relationship.kind === 'many-to-many' ? relationship.junction.sourceColumns : relationship.columns
    return pairs.map((pair) => pair.source)
  })
  return [...new Set([...names, ...joined, ...keys])].sort()
}

const conflictOf = (wish: Wish, key: readonly string[]): WritePlan['conflict'] => {
  if (wish.prefer.resolution === undefined) return undefined
  const columns = wish.query.onConflict ?? key
  if (columns.length === 0) return undefined
  return { action: wish.prefer.resolution === 'merge-duplicates' ? 'merge' : 'ignore', columns }
}

const checkPut = (wish: Wish, key: readonly string[]): void => {
  const { filters, logic } = wish.query
  const named = new Set(filters.map(({ path, item }) => [...path, item.field.name].join('.')))
  const areEq = filters.every(
    ({ item }) =>
      !item.isNegated &&
      item.operation.kind === 'quantified' &&
      item.operation.operator === 'eq' &&
      item.operation.quantifier === undefined,
  )
  const isKey = key.length > 0 && named.size === key.length && key.every((name) => named.has(name))
  if (!areEq || !isKey || logic.length > 0) throw errors.badPutFilters()
}

export const planWrite = (
  wish: Wish,
  relation: Relation,
  catalogue: Catalogue,
  root: ReadNode,
): WritePlan => {
  const { prefer, query } = wish
  const body = bodyOf(wish)
  const context = { catalogue, relation }
  const atTop = <T>(all: readonly { readonly path: readonly string[]; readonly item: T }[]): readonly T[] =>
    all.filter(({ path }) => path.length === 0).map(({ item }) => item)
  const givesNothing = prefer.return === undefined || prefer.return === 'minimal'
  const base = {
    relation,
    columns: columnsOf(wish, body.keys, relation, catalogue),
    bodyIsObject: body.isObject,
    returning: givesNothing ? [] : neededColumns(root, relation.primaryKey),
    appliesDefaults: prefer.missing === 'default' && wish.action !== 'upsert',
    countsInserted: false,
    isPut: false,
    conflict: undefined,
    locationKey: [],
  }
  const where = planConditions(atTop(query.filters), atTop(query.logic), context)
  if (wish.action === 'delete') return { ...base, kind: 'delete', where }
  if (wish.action === 'update') return { ...base, kind: 'update', where }
  if (wish.action === 'insert')
    return {
      ...base,
      kind: 'insert',
      where: [],
      conflict: conflictOf(wish, relation.primaryKey),
      countsInserted: prefer.resolution === 'merge-duplicates',
      locationKey: prefer.return === 'headers-only' ? relation.primaryKey : [],
    }
  checkPut(wish, relation.primaryKey)
  const conflict = { action: 'merge', columns: relation.primaryKey } as const
  return { ...base, kind: 'insert', where, conflict, countsInserted: true, isPut: true }
}

const columnsOf = (
  wish: Wish,
  keys: readonly string[],
  relation: Relation,
  catalogue: Catalogue,
): readonly BodyColumn[] =>
  wish.action === 'delete' ? [] : keys.map((key) => planBodyColumn(key, relation, catalogue))
