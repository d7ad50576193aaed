// `/table`: reading, and writing when the table or view takes any kind of change.

import type { Relation } from '@plinth/schema'
import { describe } from './comment.ts'

export const tablePath = (relation: Relation): object => {
  const { name } = relation
  const about = { tags: [name], ...describe(relation.comment) }
  const filters = [...relation.columns.keys()].map((column) => `rowFilter.${name}.${column}`)
  const get = {
    ...about,
    parameters: refs(...filters, 'select', 'order', 'range', 'rangeUnit', 'offset', 'limit', 'preferCount'),
    responses: {
      200: { description: 'OK', schema: { type: 'array', items: { $ref: `#/definitions/${name}` } } },
      206: { description: 'Partial Content' },
    },
  }
  if (!relation.insertable && !relation.updatable && !relation.deletable) return { get }
  return {
    get,
    post: {
      ...about,
      parameters: refs(`body.${name}`, 'select', 'preferPost'),
      responses: { 201: { description: 'Created' } },
    },
    delete: { ...about, parameters: refs(...filters, 'preferReturn'), responses: noContent },
    patch: { ...about, parameters: refs(...filters, `body.${name}`, 'preferReturn'), responses: noContent },
  }
}

const noContent = { 204: { description: 'No Content' } }

const refs = (...names: readonly string[]): readonly object[] =>
  names.map((name) => ({ $ref: `#/parameters/${name}` }))
