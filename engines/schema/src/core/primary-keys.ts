// Primary keys of tables, and of views that show all columns of a table's primary key.

import type { ConstraintRow } from '../sql/list-constraints.ts'
import { push } from './by-name.ts'
import type { ShownBy } from './view-columns.ts'

/** Relation → column numbers. A view over several tables carries the keys of all of them. */
export const primaryKeys = (
  constraints: readonly ConstraintRow[],
  shownBy: ShownBy,
): ReadonlyMap<number, readonly number[]> => {
  const keys = new Map<number, number[]>()
  for (const { kind, relation, columns } of constraints) {
    if (kind !== 'p') continue
    keys.set(relation, [...columns])
    for (const shown of shownBy.get(relation) ?? []) {
      // A column shown twice counts once: a client never has to name it.
      const first = columns.flatMap((column) => shown.columns.get(column)?.slice(0, 1) ?? [])
      if (first.length < columns.length) continue
      for (const column of first) push(keys, shown.view, column)
    }
  }
  return keys
}
