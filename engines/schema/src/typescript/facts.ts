// What the database says, put in the order and grouping in which types are written.

import type { KeyRelationship } from '../catalogue.ts'
import { push } from '../core/by-name.ts'
import { keyRelationships } from '../core/key-relationships.ts'
import { traceViews } from '../core/view-columns.ts'
import type { ConstraintRow } from '../sql/list-constraints.ts'
import type { TypedFunction } from '../sql/list-typed-functions.ts'
import type { TypedColumn, TypedRelation } from '../sql/list-typed-relations.ts'
import type { TypeRow } from '../sql/list-types.ts'
import type { ViewRuleRow } from '../sql/list-view-rules.ts'

export type TypeRows = {
  readonly schemas: readonly { readonly name: string }[]
  readonly relations: readonly TypedRelation[]
  readonly constraints: readonly ConstraintRow[]
  readonly viewRules: readonly ViewRuleRow[]
  readonly functions: readonly TypedFunction[]
  readonly types: readonly TypeRow[]
}

/** Columns ordered by name, keys to relations of the same schema ordered by constraint and target. */
export type RelationFacts = Omit<TypedRelation, 'columns'> & {
  readonly columns: readonly TypedColumn[]
  readonly keys: readonly KeyRelationship[]
}

export type Facts = {
  /** Names in order. */
  readonly schemas: readonly string[]
  readonly relations: ReadonlyMap<number, RelationFacts>
  readonly functions: readonly TypedFunction[]
  readonly types: ReadonlyMap<number, TypeRow>
  /** Types, tables and views of one name may stand in several schemas. */
  readonly typesByName: ReadonlyMap<string, readonly TypeRow[]>
  readonly relationsByName: ReadonlyMap<string, readonly RelationFacts[]>
}

/** The order of names that people expect: upper and lower case together. */
export const compareNames = new Intl.Collator('en-US').compare

export const gatherFacts = (rows: TypeRows): Facts => {
  const keys = keysBySource(rows)
  const relations = rows.relations
    .toSorted((a, b) => compareNames(a.name, b.name))
    .map((relation) => ({
      ...relation,
      columns: relation.columns.toSorted((a, b) => compareNames(a[1], b[1])),
      keys: keys.get(nameKey(relation)) ?? [],
    }))
  return {
    schemas: rows.schemas.map(({ name }) => name).sort(compareNames),
    relations: new Map(relations.map((relation) => [relation.id, relation])),
    functions: rows.functions.toSorted((a, b) => compareNames(a.name, b.name)),
    types: new Map(rows.types.map((type) => [type.id, type])),
    typesByName: Map.groupBy(rows.types, (type) => type.name),
    relationsByName: Map.groupBy(relations, (relation) => relation.name),
  }
}

const nameKey = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  JSON.stringify([schema, name])

const keysBySource = (rows: TypeRows): ReadonlyMap<string, readonly KeyRelationship[]> => {
  const exposed = new Map(
    rows.relations.map(({ id, schema, name, kind, columns }) => [
      id,
      {
        id,
        key: { schema, name },
        isView: kind === 'v' || kind === 'm',
        columnNames: new Map(columns.map(([position, column]) => [position, column])),
      },
    ]),
  )
  const views = [...exposed.values()].filter(({ isView }) => isView).map(({ id }) => id)
  const shownBy = traceViews(views, rows.viewRules)
  const shown = rows.constraints.filter(({ relation }) => exposed.has(relation))
  const keys = new Map<string, KeyRelationship[]>()
  for (const key of keyRelationships({ exposed, shownBy }, shown)) {
    if (key.source.schema === key.target.schema) push(keys, nameKey(key.source), key)
  }
  for (const list of keys.values()) list.sort(compareKeys)
  return keys
}

const targetColumns = (key: KeyRelationship): string =>
  JSON.stringify(key.columns.map(({ target }) => target))

const compareKeys = (a: KeyRelationship, b: KeyRelationship): number =>
  compareNames(a.constraint, b.constraint) ||
  compareNames(a.target.name, b.target.name) ||
  compareNames(targetColumns(a), targetColumns(b))
