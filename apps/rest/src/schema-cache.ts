// The catalogue as JSON for operators, under the names PostgREST uses for its parts. What stands inside is ours.

import type { Catalogue } from '@plinth/schema'

type Name = { readonly schema: string; readonly name: string }

const plain = (_key: string, value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries(value) : value

const pair = ({ schema, name }: Name, value: unknown) => [{ qiName: name, qiSchema: schema }, value]

export const renderSchemaCache = (catalogue: Catalogue | undefined): string => {
  if (catalogue === undefined) return ''
  const relations = [...catalogue.relations.values()].flatMap((names) => [...names.values()])
  const routines = [...catalogue.functions.values()].flatMap((names) => [...names.values()])
  return JSON.stringify(
    {
      dbTables: relations.map(({ relationships: _, ...table }) => pair(table, table)),
      dbRelationships: relations.map((relation) => pair(relation, relation.relationships)),
      dbRoutines: routines.flatMap((overloads) => {
        const [first] = overloads
        return first === undefined ? [] : [pair(first, overloads)]
      }),
      dbRepresentations: [...catalogue.representations],
      dbMediaHandlers: catalogue.mediaHandlers,
    },
    plain,
  )
}
