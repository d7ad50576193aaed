// Parameters that paths refer to: the fixed ones, and per table its row filters and its body.

import type { Relation } from '@plinth/schema'

const preferences = {
  count: ['count=none'],
  return: ['return=representation', 'return=minimal', 'return=none'],
  resolution: ['resolution=ignore-duplicates', 'resolution=merge-duplicates'],
} as const

const prefer = (...kinds: readonly (keyof typeof preferences)[]): object => ({
  name: 'Prefer',
  description: 'Preference',
  required: false,
  in: 'header',
  type: 'string',
  ...(kinds.length === 0 ? {} : { enum: kinds.flatMap((kind) => preferences[kind]) }),
})

const query = (name: string, description: string): object => ({
  name,
  description,
  required: false,
  in: 'query',
  type: 'string',
})

const paging = 'Limiting and Pagination'

const fixed: Readonly<Record<string, object>> = {
  preferParams: prefer(),
  preferReturn: prefer('return'),
  preferCount: prefer('count'),
  preferPost: prefer('return', 'resolution'),
  select: query('select', 'Filtering Columns'),
  on_conflict: query('on_conflict', 'On Conflict'),
  order: query('order', 'Ordering'),
  range: { name: 'Range', description: paging, required: false, in: 'header', type: 'string' },
  rangeUnit: {
    name: 'Range-Unit',
    description: paging,
    required: false,
    in: 'header',
    type: 'string',
    default: 'items',
  },
  offset: query('offset', paging),
  limit: query('limit', paging),
}

export const parameters = (relations: readonly Relation[]): object => ({
  ...fixed,
  ...Object.fromEntries(relations.flatMap(relationParameters)),
})

const relationParameters = ({ name, columns }: Relation): readonly (readonly [string, object])[] => [
  [
    `body.${name}`,
    { name, description: name, required: false, in: 'body', schema: { $ref: `#/definitions/${name}` } },
  ],
  ...[...columns.values()].map(
    (column) =>
      [
        `rowFilter.${name}.${column.name}`,
        {
          name: column.name,
          ...(column.comment === null ? {} : { description: column.comment }),
          required: false,
          in: 'query',
          type: 'string',
        },
      ] as const,
  ),
]
