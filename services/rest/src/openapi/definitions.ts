// One definition per table or view: its columns with formats, defaults and notes about keys.

import type { Column, Relation } from '@plinth/schema'
import { defaultOf, swaggerType } from './swagger-type.ts'

export const definition = (relation: Relation): object => {
  const columns = [...relation.columns.values()]
  const required = columns.filter((column) => !column.nullable).map((column) => column.name)
  return {
    ...(relation.comment === null ? {} : { description: relation.comment }),
    ...(required.length === 0 ? {} : { required }),
    type: 'object',
    ...(columns.length === 0
      ? {}
      : {
          properties: Object.fromEntries(columns.map((column) => [column.name, property(relation, column)])),
        }),
  }
}

const property = (relation: Relation, column: Column): object => {
  const description = columnDescription(relation, column)
  const value = column.default === null ? undefined : defaultOf(column.type, column.default)
  return {
    ...swaggerType(column.type),
    ...(description === null ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
    ...(column.enumValues.length === 0 ? {} : { enum: column.enumValues }),
    ...(column.maxLength === null ? {} : { maxLength: column.maxLength }),
  }
}

/** The column's comment with what clients read about keys: `<pk/>` and `<fk table='…' column='…'/>`. */
const columnDescription = (relation: Relation, column: Column): string | null => {
  const notes: string[] = []
  if (relation.primaryKey.includes(column.name)) notes.push('This is a Primary Key.<pk/>')
  const target = foreignKeyTarget(relation, column.name)
  if (target !== undefined) {
    const [table, name] = target
    notes.push(`This is a Foreign Key to \`${table}.${name}\`.<fk table='${table}' column='${name}'/>`)
  }
  if (notes.length === 0) return column.comment
  const note = ['Note:', ...notes].join('\n')
  return column.comment === null ? note : `${column.comment}\n\n${note}`
}

/** Where a foreign key of just this column leads inside the same schema; tables go before views. */
const foreignKeyTarget = (relation: Relation, column: string): readonly [string, string] | undefined => {
  const keys = relation.relationships.filter(
    (relationship) =>
      (relationship.kind === 'many-to-one' ||
        (relationship.kind === 'one-to-one' && !relationship.isParent)) &&
      relationship.target.schema === relation.schema &&
      relationship.columns.length === 1 &&
      relationship.columns[0]?.source === column,
  )
  const key = keys.find((found) => found.kind !== 'computed' && !found.targetIsView) ?? keys[0]
  if (key === undefined || key.kind === 'computed' || key.kind === 'many-to-many') return undefined
  return [key.target.name, key.columns[0]?.target ?? '']
}
