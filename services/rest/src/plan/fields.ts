// Names of a request → columns as the catalogue knows them, with the casts of domain representations.

import type { Catalogue, Relation } from '@plinth/schema'
import { errors } from '../errors.ts'
import type { Filter } from '../parse/filter.ts'
import { type Field, noPath } from '../parse/names.ts'
import type { SelectField } from '../parse/select.ts'
import type { BodyColumn, Condition, PlannedColumn, PlannedField } from './plan.ts'

export type FieldContext = { readonly catalogue: Catalogue; readonly relation: Relation | undefined }

const castOf = (catalogue: Catalogue, from: string, to: string): string | undefined =>
  catalogue.representations.get(from)?.get(to)

/** Computed columns count too. */
const typeOf = (relation: Relation | undefined, name: string): string | undefined =>
  relation?.columns.get(name)?.type ?? relation?.computedColumns.get(name)?.type

const isJson = (type: string | undefined): boolean => type === 'json' || type === 'jsonb'

export const planField = (field: Field, { relation }: FieldContext): PlannedField => ({
  name: field.name,
  path: field.path,
  viaJson: field.path.length > 0 && !isJson(typeOf(relation, field.name)),
  transform: undefined,
  isRow: false,
})

/** As the answer shows it. */
export const planOutput = (field: Field, context: FieldContext): PlannedField => {
  const column = context.relation?.columns.get(field.name)
  const transform = column && castOf(context.catalogue, column.declaredType, 'json')
  return { ...planField(field, context), transform }
}

export const planFilter = (filter: Filter, context: FieldContext): Condition => {
  const column = context.relation?.columns.get(filter.field.name)
  const transform = column && castOf(context.catalogue, 'text', column.declaredType)
  const { operation } = filter
  const isSearched = operation.kind === 'search' && typeOf(context.relation, filter.field.name) !== 'tsvector'
  return {
    kind: 'filter',
    field: { ...planField(filter.field, context), transform },
    isNegated: filter.isNegated,
    operation,
    vector: isSearched ? { language: operation.language } : undefined,
  }
}

/** A column of a request body; unknown ones are an error. */
export const planBodyColumn = (name: string, relation: Relation, catalogue: Catalogue): BodyColumn => {
  const column = relation.columns.get(name)
  if (column === undefined) throw errors.noColumn(name, relation.name)
  const transform = castOf(catalogue, 'json', column.declaredType)
  return {
    name,
    type: transform === undefined ? column.declaredType : 'json',
    default: column.default,
    transform,
  }
}

/** The key that a json path is shown under: its last name. */
const pathKey = (field: Field): string | undefined => {
  if (field.path.length === 0) return undefined
  return field.path.findLast((step) => !step.isIndex)?.key ?? field.name
}

const aliasOf = (selected: SelectField, field: PlannedField, isSpread: boolean): string | undefined => {
  if (selected.alias !== undefined) return selected.alias
  if (selected.aggregate !== undefined) return isSpread ? selected.aggregate : undefined
  return pathKey(selected.field) ?? (field.transform === undefined ? undefined : field.name)
}

export const planColumn = (
  selected: SelectField,
  context: FieldContext,
  isSpread: boolean,
): PlannedColumn => {
  const field = planOutput(selected.field, context)
  return {
    field,
    cast: selected.cast,
    aggregate: selected.aggregate,
    aggregateCast: selected.aggregateCast,
    alias: aliasOf(selected, field, isSpread),
  }
}

/** `*` written out: needed where rows are grouped or columns have representations. */
export const expandStar = (context: FieldContext): readonly PlannedColumn[] =>
  [...(context.relation?.columns.keys() ?? [])].map((name) => {
    const field = planOutput({ name, path: noPath }, context)
    return {
      field,
      cast: undefined,
      aggregate: undefined,
      aggregateCast: undefined,
      alias: field.transform === undefined ? undefined : name,
    }
  })

export const hasRepresentations = ({ catalogue, relation }: FieldContext): boolean => {
  if (catalogue.representations.size === 0 || relation === undefined) return false
  for (const column of relation.columns.values())
    if (castOf(catalogue, column.declaredType, 'json') !== undefined) return true
  return false
}
