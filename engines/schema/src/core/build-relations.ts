// Rows of the catalogue → relations with their columns, keys, relationships and computed columns.

import type { Column, ComputedColumn, Relation, RelationKind, Relationship } from '../catalogue.ts'
import type { ConstraintRow } from '../sql/list-constraints.ts'
import type { ColumnRow, RelationRow } from '../sql/list-relations.ts'
import type { RowFunctionRow } from '../sql/list-row-functions.ts'
import type { ViewRuleRow } from '../sql/list-view-rules.ts'
import { push } from './by-name.ts'
import { junctionRelationships } from './junctions.ts'
import { type Exposed, inverse, keyRelationships } from './key-relationships.ts'
import { compareRelationships } from './order-relationships.ts'
import { primaryKeys } from './primary-keys.ts'
import { traceViews } from './view-columns.ts'

export type RelationRows = {
  readonly relations: readonly RelationRow[]
  readonly constraints: readonly ConstraintRow[]
  readonly viewRules: readonly ViewRuleRow[]
  readonly rowFunctions: readonly RowFunctionRow[]
}

export const buildRelations = (rows: RelationRows): readonly Relation[] => {
  const exposed = new Map(rows.relations.map((row) => [row.id, toExposed(row)]))
  const views = [...exposed.values()].filter((relation) => relation.isView).map((view) => view.id)
  const shownBy = traceViews(views, rows.viewRules)
  const keys = namedKeys(exposed, primaryKeys(rows.constraints, shownBy))
  const relationships = listRelationships(
    exposed,
    keys,
    keyRelationships({ exposed, shownBy }, rows.constraints),
  )
  overrideByFunctions(exposed, relationships, rows.rowFunctions)
  const computed = computedColumns(rows.rowFunctions)
  return rows.relations.map((row) => ({
    schema: row.schema,
    name: row.name,
    kind: kinds[row.kind],
    comment: row.comment,
    insertable: (row.writable & 8) !== 0,
    updatable: (row.writable & 4) !== 0,
    deletable: (row.writable & 16) !== 0,
    primaryKey: keys.get(row.id) ?? [],
    columns: new Map(row.columns.map((column) => [column[1], toColumn(column)])),
    computedColumns: new Map(computed.get(row.id)?.map((column) => [column.name, column])),
    relationships: (relationships.get(row.id) ?? []).sort(compareRelationships),
  }))
}

const kinds: Record<RelationRow['kind'], RelationKind> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'materialized',
  f: 'foreign',
}

const toExposed = (row: RelationRow): Exposed => ({
  id: row.id,
  key: { schema: row.schema, name: row.name },
  isView: row.kind === 'v' || row.kind === 'm',
  columnNames: new Map(row.columns.map(([position, name]) => [position, name])),
})

const toColumn = (row: ColumnRow): Column => {
  const [
    ,
    name,
    comment,
    nullable,
    type,
    declaredType,
    maxLength,
    defaultText,
    enumValues,
    generated,
    identity,
  ] = row
  return {
    name,
    comment,
    nullable,
    type,
    declaredType,
    maxLength,
    default: defaultText,
    enumValues: enumValues ?? noLabels,
    generated: generated === 's' ? 'stored' : generated === 'v' ? 'virtual' : null,
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'by default' : null,
  }
}

/** Shared: nearly every column has none. */
const noLabels: readonly string[] = []

/** Column numbers → names. A table's key is told in alphabetical order, a view's as its parts were found. */
const namedKeys = (
  exposed: ReadonlyMap<number, Exposed>,
  keys: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, readonly string[]> => {
  const named = new Map<number, readonly string[]>()
  for (const { id, isView, columnNames } of exposed.values()) {
    const names = (keys.get(id) ?? []).map((column) => columnNames.get(column) ?? '')
    named.set(id, isView ? names : names.sort())
  }
  return named
}

/** All relationships by source: the foreign keys, their inverses, and what junctions connect. */
const listRelationships = (
  exposed: ReadonlyMap<number, Exposed>,
  keys: ReadonlyMap<number, readonly string[]>,
  held: ReturnType<typeof keyRelationships>,
): Map<number, Relationship[]> => {
  const ids = new Map([...exposed.values()].map(({ id, key }) => [nameKey(key), id]))
  const idOf = (name: Exposed['key']): number => ids.get(nameKey(name)) ?? 0
  const heldBy = Map.groupBy(held, (relationship) => idOf(relationship.source))
  const all = new Map<number, Relationship[]>()
  for (const [id, relationships] of heldBy) {
    for (const relationship of relationships) {
      push(all, id, relationship)
      push(all, idOf(relationship.target), inverse(relationship))
    }
    for (const relationship of junctionRelationships(relationships, keys.get(id) ?? [])) {
      push(all, idOf(relationship.source), relationship)
    }
  }
  return all
}

const nameKey = ({ schema, name }: Exposed['key']): string => JSON.stringify([schema, name])

/** Adds computed relationships; one that bears a target's own name takes the place of its foreign keys. */
const overrideByFunctions = (
  exposed: ReadonlyMap<number, Exposed>,
  relationships: Map<number, Relationship[]>,
  functions: readonly RowFunctionRow[],
): void => {
  for (const { schema, name, source, target, toOne } of functions) {
    const from = exposed.get(source)
    const to = exposed.get(target)
    if (from === undefined || to === undefined) continue
    const others = (relationships.get(source) ?? []).filter(
      (other) => other.kind === 'computed' || other.target.schema !== schema || other.target.name !== name,
    )
    relationships.set(source, [
      ...others,
      {
        kind: 'computed',
        function: { schema, name },
        source: from.key,
        target: to.key,
        toOne,
        isSelf: source === target,
      },
    ])
  }
}

const computedColumns = (functions: readonly RowFunctionRow[]): Map<number, ComputedColumn[]> => {
  const columns = new Map<number, ComputedColumn[]>()
  for (const { schema, name, source, target, type } of functions) {
    if (target === 0) push(columns, source, { name, function: { schema, name }, type })
  }
  return columns
}
