// Follows the columns of views down to their tables, through views of views.

import type { ViewRuleRow } from '../sql/list-view-rules.ts'
import { readTargets, type ViewTarget } from './rule-tree.ts'

/** One relation seen through a view: which of the view's columns show each of its columns. */
export type Shown = {
  readonly view: number
  readonly columns: ReadonlyMap<number, readonly number[]>
}

/** Relation → the views that show it. */
export type ShownBy = ReadonlyMap<number, readonly Shown[]>

/** Looks through `views`, and through every other view that has a rule in `rules`. */
export const traceViews = (views: Iterable<number>, rules: readonly ViewRuleRow[]): ShownBy => {
  const targets = new Map(rules.map((rule) => [rule.id, readTargets(rule.tree)]))
  const shownBy = new Map<number, Shown[]>()
  for (const view of views) {
    const bases = new Map<number, Map<number, number[]>>()
    for (const target of targets.get(view) ?? []) follow(targets, target, bases)
    for (const [relation, columns] of bases) {
      const shown = shownBy.get(relation)
      if (shown === undefined) shownBy.set(relation, [{ view, columns }])
      else shown.push({ view, columns })
    }
  }
  return shownBy
}

/** Notes one column of a view at every relation on its way down. */
const follow = (
  targets: ReadonlyMap<number, readonly ViewTarget[]>,
  first: ViewTarget,
  bases: Map<number, Map<number, number[]>>,
): void => {
  // Postgres lets a view be redefined on top of itself and complains only when it is read.
  const seen = new Set<number>()
  let step: ViewTarget | undefined = first
  while (step !== undefined && !seen.has(step.relation)) {
    const { relation, column }: ViewTarget = step
    seen.add(relation)
    const columns = bases.get(relation) ?? new Map<number, number[]>()
    bases.set(relation, columns)
    columns.set(column, [...(columns.get(column) ?? []), first.position])
    step = targets.get(relation)?.find((target) => target.position === column)
  }
}
