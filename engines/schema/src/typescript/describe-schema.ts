// One schema → the type that holds its tables, views, functions, enums and composite types.

import type { KeyRelationship } from '../catalogue.ts'
import type { TypedColumn } from '../sql/list-typed-relations.ts'
import type { TypeRow } from '../sql/list-types.ts'
import {
  describeOverloads,
  isColumnOf,
  listSignatures,
  resultType,
  type Signature,
} from './describe-function.ts'
import { compareNames, type Facts, type RelationFacts } from './facts.ts'
import { mapType, mapTypeId } from './map-type.ts'
import { literal, type Member, none, nullable, object, type TsType, text, tuple, union } from './ts-type.ts'

export type DescribeOptions = { readonly detectOneToOne: boolean }

export const describeSchema = (facts: Facts, schema: string, options: DescribeOptions): TsType => {
  const signatures = listSignatures(facts, schema)
  const relations = [...facts.relations.values()].filter((relation) => relation.schema === schema)
  const describe = (relation: RelationFacts) => ({
    name: relation.name,
    type: describeRelation(facts, signatures, relation, options),
  })
  const byName = Map.groupBy(signatures, (signature) => signature.facts.name)
  const composites = typesOf(facts, schema, ({ attributes }) => attributes !== null)
  return object([
    section('Tables', relations.filter((relation) => !isView(relation)).map(describe)),
    section('Views', relations.filter(isView).map(describe)),
    section(
      'Functions',
      [...byName].map(([name, overloads]) => ({ name, type: describeOverloads(facts, overloads) })),
    ),
    section('Enums', enumsOf(facts, schema).map(describeEnum)),
    section(
      'CompositeTypes',
      composites.map((type) => describeComposite(facts, type)),
    ),
  ])
}

const section = (name: string, members: readonly Member[]): Member => ({
  name,
  type: members.length === 0 ? none : object(members),
})

const isView = ({ kind }: RelationFacts): boolean => kind === 'v' || kind === 'm'

const typesOf = (facts: Facts, schema: string, wanted: (type: TypeRow) => boolean): readonly TypeRow[] =>
  [...facts.types.values()]
    .filter((type) => type.schema === schema && wanted(type))
    .sort((a, b) => compareNames(a.name, b.name))

/** Enums of a schema in order. */
export const enumsOf = (facts: Facts, schema: string): readonly TypeRow[] =>
  typesOf(facts, schema, ({ labels }) => labels !== null)

const describeEnum = ({ name, labels }: TypeRow): Member => ({
  name,
  type: union((labels ?? []).map((label) => literal(label))),
})

const describeComposite = (facts: Facts, { schema, name, attributes }: TypeRow): Member => ({
  name,
  type: object(
    (attributes ?? []).map(([attribute, type]) => ({
      name: attribute,
      type: nullable(mapTypeId(facts, schema, type)),
    })),
  ),
})

const describeRelation = (
  facts: Facts,
  signatures: readonly Signature[],
  relation: RelationFacts,
  options: DescribeOptions,
): TsType => {
  const computed = signatures
    .filter((signature) => isColumnOf(facts, signature, relation))
    .map(({ facts: found }) => ({ name: found.name, type: nullable(resultType(facts, found)) }))
  const columns = (describe: (column: TypedColumn, type: TsType) => Member): readonly Member[] =>
    relation.columns.map((column) => describe(column, mapType(facts, relation.schema, column[2])))
  const write = isView(relation) ? viewColumn : tableColumn
  const isWritable = !isView(relation) || relation.updatable
  return object([
    { name: 'Row', type: object([...columns(rowColumn), ...computed]) },
    ...(isWritable
      ? [
          { name: 'Insert', type: object(columns(write.insert)) },
          { name: 'Update', type: object(columns(write.update)) },
        ]
      : []),
    { name: 'Relationships', type: tuple(relation.keys.map((key) => describeKey(key, options))) },
  ])
}

type ColumnWriter = (column: TypedColumn, type: TsType) => Member

const rowColumn: ColumnWriter = ([, name, , canBeNull], type) => ({
  name,
  type: canBeNull ? nullable(type) : type,
})

const never = (name: string): Member => ({ name, optional: true, type: text('never') })

const tableColumn = {
  insert: ([, name, , canBeNull, hasDefault, identity], type) =>
    identity === 'a'
      ? never(name)
      : {
          name,
          optional: canBeNull || hasDefault || identity === 'd',
          type: canBeNull ? nullable(type) : type,
        },
  update: ([, name, , canBeNull, , identity], type) =>
    identity === 'a' ? never(name) : { name, optional: true, type: canBeNull ? nullable(type) : type },
} satisfies Record<string, ColumnWriter>

const updatableViewColumn: ColumnWriter = ([, name, , , , , updatable], type) =>
  updatable ? { name, optional: true, type: nullable(type) } : never(name)

const viewColumn = { insert: updatableViewColumn, update: updatableViewColumn }

const describeKey = (key: KeyRelationship, { detectOneToOne }: DescribeOptions): TsType =>
  object([
    { name: 'foreignKeyName', type: literal(key.constraint) },
    { name: 'columns', type: tuple(key.columns.map(({ source }) => literal(source))) },
    ...(detectOneToOne ? [{ name: 'isOneToOne', type: text(String(key.kind === 'one-to-one')) }] : []),
    { name: 'referencedRelation', type: literal(key.target.name) },
    { name: 'referencedColumns', type: tuple(key.columns.map(({ target }) => literal(target))) },
  ])
