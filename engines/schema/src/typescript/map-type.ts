// A Postgres type, by its name → the TypeScript type of its value in an answer.

import type { TypeRow } from '../sql/list-types.ts'
import type { Facts, RelationFacts } from './facts.ts'
import { array, literal, quote, type TsType, text, union } from './ts-type.ts'

const strings = ['bytea', 'bpchar', 'varchar', 'text', 'citext', 'uuid', 'vector'] as const
const times = ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'] as const
const numbers = ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'] as const

const known = new Map<string, TsType>([
  ...[...strings, ...times].map((name) => [name, text('string')] as const),
  ...numbers.map((name) => [name, text('number')] as const),
  ['bool', text('boolean')],
  ['json', text('Json')],
  ['jsonb', text('Json')],
  ['void', text('undefined')],
  ['record', text('Record<string, unknown>')],
])

const unknown = text('unknown')

/** Of several types of one name the schema's own comes first. What is not described is `unknown`. */
export const mapType = (facts: Facts, schema: string, name: string): TsType => {
  const plain = known.get(name)
  if (plain !== undefined) return plain
  // The type of an array is named after its elements.
  if (name.startsWith('_')) return array(mapType(facts, schema, name.slice(1)))
  const types = facts.typesByName.get(name) ?? []
  const label = pick(
    types.filter(({ labels }) => labels !== null),
    schema,
  )
  if (label !== undefined) return enumType(facts, label)
  const composite = pick(
    types.filter(({ attributes }) => attributes !== null),
    schema,
  )
  if (composite !== undefined) return member(facts, composite, 'CompositeTypes')
  return rowType(facts, schema, name)
}

const rowType = (facts: Facts, schema: string, name: string): TsType => {
  const relations = facts.relationsByName.get(name) ?? []
  const isTable = ({ kind }: RelationFacts) => kind === 'r' || kind === 'p'
  const table = pick(relations.filter(isTable), schema)
  if (table !== undefined) return text(`Database[${quote(table.schema)}]["Tables"][${quote(name)}]["Row"]`)
  const view = pick(
    relations.filter(({ kind }) => kind === 'v'),
    schema,
  )
  if (view !== undefined) return text(`Database[${quote(view.schema)}]["Views"][${quote(name)}]["Row"]`)
  return unknown
}

const enumType = (facts: Facts, type: TypeRow): TsType =>
  facts.schemas.includes(type.schema)
    ? member(facts, type, 'Enums')
    : union((type.labels ?? []).map((label) => literal(label)))

const member = (facts: Facts, { schema, name }: TypeRow, group: 'Enums' | 'CompositeTypes'): TsType =>
  facts.schemas.includes(schema) ? text(`Database[${quote(schema)}]["${group}"][${quote(name)}]`) : unknown

const pick = <T extends { readonly schema: string }>(things: readonly T[], schema: string): T | undefined =>
  things.find((thing) => thing.schema === schema) ?? things[0]

/** The same for a type known by its object id. */
export const mapTypeId = (facts: Facts, schema: string, id: number): TsType => {
  const type = facts.types.get(id)
  return type === undefined ? unknown : mapType(facts, schema, type.name)
}
