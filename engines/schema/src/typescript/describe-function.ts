// A function → its Args and Returns, or the reason why it cannot be called over the API.

import type { TypedArgument, TypedFunction } from '../sql/list-typed-functions.ts'
import type { TypeRow } from '../sql/list-types.ts'
import { compareNames, type Facts, type RelationFacts } from './facts.ts'
import { mapType, mapTypeId } from './map-type.ts'
import {
  array,
  inlineObject,
  literal,
  type Member,
  nullable,
  object,
  type TsType,
  text,
  union,
} from './ts-type.ts'

/** A function with its arguments by name. */
export type Signature = {
  readonly facts: TypedFunction
  readonly inputs: readonly TypedArgument[]
}

/** Types that a single unnamed argument may have: the whole body goes there. */
const bodyTypes = new Set(['json', 'jsonb', 'text'])

/** Functions of one schema that a client can name, in order. */
export const listSignatures = (facts: Facts, schema: string): readonly Signature[] =>
  facts.functions
    .filter((found) => found.schema === schema)
    .map((found): Signature => {
      const sorted = found.arguments.toSorted((a, b) => compareNames(a.name, b.name))
      const inputs = sorted.filter(({ mode }) => mode !== 'o' && mode !== 't')
      return { facts: { ...found, arguments: sorted }, inputs }
    })
    .filter((signature) => isCallable(facts, signature))

const isCallable = (facts: Facts, { inputs }: Signature): boolean => {
  const unnamed = inputs.filter(({ name }) => name === '')
  const [only, second] = inputs
  if (unnamed.every((input) => input.hasDefault && takesBody(facts, input))) return true
  if (only === undefined || second !== undefined) return false
  return takesBody(facts, only) || rowTypeOf(facts, only) !== undefined
}

const takesBody = (facts: Facts, { type }: TypedArgument): boolean => {
  const found = facts.types.get(type)
  return found?.schema === 'pg_catalog' && bodyTypes.has(found.name)
}

/** The row type of an argument that is a row. */
const rowTypeOf = (facts: Facts, { type }: TypedArgument): TypeRow | undefined => {
  const found = facts.types.get(type)
  return found !== undefined && found.relation !== 0 ? found : undefined
}

/** Whether the function reads like a column of the relation: one unnamed argument, its row. */
export const isColumnOf = (facts: Facts, { facts: found }: Signature, relation: RelationFacts): boolean => {
  const [only, second] = found.arguments
  if (only === undefined || second !== undefined || only.name !== '' || only.mode !== 'i') return false
  return !only.hasDefault && rowTypeOf(facts, only)?.relation === relation.id
}

/** All overloads of one name. */
export const describeOverloads = (facts: Facts, overloads: readonly Signature[]): TsType =>
  union(
    overloads
      .toSorted(
        (a, b) =>
          compareNames(a.facts.argumentText, b.facts.argumentText) ||
          compareNames(a.facts.resultText, b.facts.resultText),
      )
      .map((signature) => describeSignature(facts, overloads, signature)),
  )

const describeSignature = (facts: Facts, overloads: readonly Signature[], signature: Signature): TsType => {
  const { facts: found, inputs } = signature
  const problem = conflict(facts, overloads, signature) ?? notEmbeddable(facts, signature)
  const result: TsType =
    problem === undefined ? resultType(facts, found) : { kind: 'error', message: problem }
  const target = resultName(facts, found)
  // The client's types make a list of a single row again, but only when told what the row is.
  const isOneRow = found.rows <= 1 && target !== undefined
  const args = inputs.map(
    ({ name, type, hasDefault }): Member => ({
      name,
      optional: hasDefault,
      type: mapTypeId(facts, found.schema, type),
    }),
  )
  return inlineObject([
    { name: 'Args', type: args.length === 0 ? text('never') : inlineObject(args) },
    { name: 'Returns', type: found.isSet && !isOneRow ? array(result) : result },
    ...(target === undefined ? [] : [setofOptions(facts, found, target)]),
  ])
}

/** Type of one result, before it becomes a list. */
export const resultType = (facts: Facts, found: TypedFunction): TsType => {
  const columns = found.arguments.filter(({ mode }) => mode === 't')
  if (columns.length > 0) {
    return object(columns.map(({ name, type }) => ({ name, type: mapTypeId(facts, found.schema, type) })))
  }
  const relation = facts.relations.get(found.resultRelation)
  if (relation !== undefined && relation.schema === found.schema) return rowOf(facts, relation)
  return mapTypeId(facts, found.schema, found.resultType)
}

const rowOf = (facts: Facts, relation: RelationFacts): TsType =>
  object(
    relation.columns.map(([, name, type, canBeNull]) => {
      const mapped = mapType(facts, relation.schema, type)
      return { name, type: canBeNull ? nullable(mapped) : mapped }
    }),
  )

/** The relation, or composite type, whose columns can be chosen from the result. */
const resultName = (facts: Facts, { resultRelation, resultType: type }: TypedFunction): string | undefined =>
  resultRelation === 0
    ? undefined
    : (facts.relations.get(resultRelation)?.name ?? facts.types.get(type)?.name)

const setofOptions = (facts: Facts, found: TypedFunction, target: string): Member => {
  const [only, second] = found.arguments
  const source = only !== undefined && second === undefined ? rowTypeOf(facts, only)?.name : undefined
  return {
    name: 'SetofOptions',
    type: object([
      { name: 'from', type: literal(source ?? '*') },
      { name: 'to', type: literal(target) },
      { name: 'isOneToOne', type: text(String(found.rows <= 1)) },
      { name: 'isSetofReturn', type: text(String(found.isSet)) },
    ]),
  }
}

/** A row argument without rows as the result: it reads as a computed column, not as a call. */
const notEmbeddable = (facts: Facts, { facts: found, inputs }: Signature): string | undefined => {
  const [only, second] = inputs
  if (only === undefined || second !== undefined || only.name !== '') return undefined
  if (rowTypeOf(facts, only) === undefined || resultName(facts, found) !== undefined) return undefined
  return `the function ${found.schema}.${found.name} with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache`
}

/** Overloads that no request can tell apart. */
const conflict = (
  facts: Facts,
  overloads: readonly Signature[],
  signature: Signature,
): string | undefined => {
  const others = overloads.filter((other) => other !== signature)
  const { facts: found, inputs } = signature
  const called = `${found.schema}.${found.name}`
  const [only, second] = inputs
  if (only === undefined) {
    const other = others.find(
      ({ inputs: [first, next] }) => first?.name === '' && first.hasDefault && next === undefined,
    )
    if (other === undefined) return undefined
    return cannotChoose(`${called}(), ${called}( => ${typeName(facts, other.facts.resultType)})`)
  }
  if (second !== undefined || only.name === '') return undefined
  const rivals = others
    .flatMap(({ inputs: [first, next] }) => (first !== undefined && next === undefined ? [first] : []))
    .filter((first) => first.name === only.name && first.type !== only.type)
  if (rivals.length === 0) return undefined
  const calls = [only, ...rivals]
    .sort((a, b) => a.type - b.type)
    .map(({ name, type }) => `${called}(${name} => ${typeName(facts, type)})`)
  return cannotChoose(calls.join(', '))
}

const cannotChoose = (candidates: string): string =>
  `Could not choose the best candidate function between: ${candidates}. Try renaming the parameters or the function itself in the database so function overloading can be resolved`

const typeName = (facts: Facts, id: number): string => facts.types.get(id)?.name ?? 'unknown'
