// Foreign keys → relationships. A key joins not only its two tables but also every view that shows all of
// the key's columns, on either side.

import type { ColumnPair, KeyRelationship, QualifiedName } from '../catalogue.ts'
import type { ConstraintRow } from '../sql/list-constraints.ts'
import { push } from './by-name.ts'
import type { ShownBy } from './view-columns.ts'

/** What relationships need to know of an exposed relation. */
export type Exposed = {
  readonly id: number
  readonly key: QualifiedName
  readonly isView: boolean
  /** Column number → name. */
  readonly columnNames: ReadonlyMap<number, string>
}

/** One side of a join: a relation and its columns in the order of the foreign key. */
type End = { readonly exposed: Exposed; readonly columns: readonly string[] }

type Ground = { readonly exposed: ReadonlyMap<number, Exposed>; readonly shownBy: ShownBy }

/** All many-to-one and one-to-one relationships, seen from the side that holds the foreign key. */
export const keyRelationships = (
  ground: Ground,
  constraints: readonly ConstraintRow[],
): readonly KeyRelationship[] => {
  const uniques = new Map<number, string[]>()
  for (const { kind, relation, columns } of constraints) {
    if (kind !== 'f') push(uniques, relation, columnSet(columns))
  }
  return constraints
    .filter((constraint) => constraint.kind === 'f')
    .flatMap((key) => {
      const isUnique = uniques.get(key.relation)?.includes(columnSet(key.columns)) ?? false
      const targets = ends(ground, key.target, key.targetColumns ?? [])
      return ends(ground, key.relation, key.columns).flatMap((source) =>
        targets.map((target) => joinEnds(source, target, key.name, isUnique)),
      )
    })
}

const columnSet = (columns: readonly number[]): string => columns.toSorted((a, b) => a - b).join()

const joinEnds = (source: End, target: End, constraint: string, isUnique: boolean): KeyRelationship => ({
  kind: isUnique ? 'one-to-one' : 'many-to-one',
  source: source.exposed.key,
  target: target.exposed.key,
  isSelf: source.exposed.id === target.exposed.id,
  constraint,
  columns: source.columns.map(
    (column, index): ColumnPair => ({
      source: column,
      target: target.columns[index] ?? '',
    }),
  ),
  isParent: false,
  sourceIsView: source.exposed.isView,
  targetIsView: target.exposed.isView,
})

/** The table itself and the views over it, each once per way in which it shows all the columns. */
const ends = ({ exposed, shownBy }: Ground, relation: number, columns: readonly number[]): readonly End[] => {
  const found: End[] = []
  const table = exposed.get(relation)
  if (table !== undefined && !table.isView) found.push(end(table, columns))
  for (const shown of shownBy.get(relation) ?? []) {
    const view = exposed.get(shown.view)
    if (view === undefined) continue
    for (const choice of choices(columns.map((column) => shown.columns.get(column) ?? []))) {
      found.push(end(view, choice))
    }
  }
  return found
}

const end = (exposed: Exposed, columns: readonly number[]): End => ({
  exposed,
  columns: columns.map((column) => exposed.columnNames.get(column) ?? ''),
})

/** Every way to take one from each list; none when a list is empty. */
const choices = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  lists.reduce<readonly (readonly number[])[]>(
    (sofar, list) => sofar.flatMap((choice) => list.map((item) => [...choice, item])),
    [[]],
  )

/** The same relationship, seen from the other side. */
export const inverse = (relationship: KeyRelationship): KeyRelationship => ({
  ...relationship,
  kind: relationship.kind === 'many-to-one' ? 'one-to-many' : relationship.kind,
  source: relationship.target,
  target: relationship.source,
  columns: relationship.columns.map(({ source, target }) => ({ source: target, target: source })),
  isParent: relationship.kind === 'one-to-one',
  sourceIsView: relationship.targetIsView,
  targetIsView: relationship.sourceIsView,
})
