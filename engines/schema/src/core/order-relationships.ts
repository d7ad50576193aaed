// The order in which the candidates of an ambiguous embed are told: by target, kind, constraint, columns.

import type { Relationship } from '../catalogue.ts'

const rank = { 'one-to-many': 0, 'many-to-one': 1, 'one-to-one': 2, 'many-to-many': 3, computed: 4 } as const

/** Names of a relationship in the order in which they decide. */
const names = (relationship: Relationship): readonly string[] => {
  switch (relationship.kind) {
    case 'computed':
      return [relationship.function.schema, relationship.function.name]
    case 'many-to-many': {
      const { relation, sourceConstraint, targetConstraint } = relationship.junction
      return [relation.schema, relation.name, sourceConstraint, targetConstraint]
    }
    default:
      return [
        relationship.constraint,
        ...relationship.columns.flatMap(({ source, target }) => [source, target]),
      ]
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const compareLists = (a: readonly string[], b: readonly string[]): number => {
  for (const [index, text] of a.entries()) {
    const order = compareText(text, b[index] ?? '')
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** For sorting the relationships of one source. Computed ones come last. */
export const compareRelationships = (a: Relationship, b: Relationship): number =>
  Number(a.kind === 'computed') - Number(b.kind === 'computed') ||
  compareLists([a.target.schema, a.target.name], [b.target.schema, b.target.name]) ||
  Number(a.isSelf) - Number(b.isSelf) ||
  rank[a.kind] - rank[b.kind] ||
  compareLists(names(a), names(b))
