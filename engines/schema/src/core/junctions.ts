// Many-to-many relationships: two foreign keys of one junction, all of their columns part of its primary key.

import type { JunctionRelationship, KeyRelationship } from '../catalogue.ts'

/** `keys` are the relationships of one junction, seen from it. */
export const junctionRelationships = (
  keys: readonly KeyRelationship[],
  primaryKey: readonly string[],
): readonly JunctionRelationship[] => {
  const fitting = keys.filter(
    (key) => key.kind === 'many-to-one' && key.columns.every(({ source }) => primaryKey.includes(source)),
  )
  return fitting.flatMap((near) =>
    fitting
      .filter((far) => far.constraint !== near.constraint)
      .map(
        (far): JunctionRelationship => ({
          kind: 'many-to-many',
          source: near.target,
          target: far.target,
          isSelf: near.target.schema === far.target.schema && near.target.name === far.target.name,
          junction: {
            relation: near.source,
            sourceConstraint: near.constraint,
            targetConstraint: far.constraint,
            sourceColumns: near.columns.map(({ source, target }) => ({ source: target, target: source })),
            targetColumns: far.columns,
          },
          sourceIsView: near.targetIsView,
          targetIsView: far.targetIsView,
        }),
      ),
  )
}
