// Plans of `/rpc/…`.

import type { Catalogue, QualifiedName, Routine } from '@plinth/schema'
import type { Wish } from '../parse/wish.ts'
import { findRoutine } from './find-routine.ts'
import type { CallArguments, CallPlan, Condition, ReadNode } from './plan.ts'
import { neededColumns } from './write.ts'

const argumentNames = (wish: Wish): readonly string[] => {
  if (wish.method !== 'POST') return [...new Set(wish.query.arguments.map((each) => each.name))].sort()
  return wish.payload?.keys ?? []
}

export const routineOf = (wish: Wish, catalogue: Catalogue): Routine =>
  findRoutine(catalogue, {
    schema: wish.schema,
    name: wish.target.kind === 'function' ? wish.target.name : '',
    argumentNames: argumentNames(wish),
    contentType: wish.contentType,
    isPost: wish.method === 'POST',
  })

/** What filters and embeds of the answer refer to: the returned relation, or the function itself. */
export const resultName = (routine: Routine): QualifiedName => {
  const { kind, type } = routine.result
  const isRelation = kind === 'composite' && type.name !== 'record'
  return isRelation ? type : { schema: routine.schema, name: routine.name }
}

/** The last value counts for a repeated argument, all of them for a variadic one. */
const slotsOf = (wish: Wish, routine: Routine): ReadonlyMap<string, readonly number[]> => {
  const slots = new Map<string, readonly number[]>()
  for (const { name, slot } of wish.query.arguments) {
    const isVariadic = routine.parameters.some((each) => each.name === name && each.variadic)
    slots.set(name, isVariadic ? [...(slots.get(name) ?? []), slot] : [slot])
  }
  return slots
}

const argumentsOf = (wish: Wish, routine: Routine): CallArguments => {
  const [first] = routine.parameters
  if (routine.parameters.length === 1 && first?.name === '') return { kind: 'body', type: first.type }
  if (wish.method !== 'POST') return { kind: 'slots', slots: slotsOf(wish, routine) }
  if (wish.payload?.kind === 'form') return { kind: 'form', names: wish.payload.keys }
  if (wish.payload?.kind === 'json' && wish.payload.keys.length > 0)
    return { kind: 'json', bodyIsObject: wish.payload.isObject }
  return { kind: 'none' }
}

const filteredNames = (condition: Condition): readonly string[] => {
  if (condition.kind === 'filter') return [condition.field.name]
  return condition.kind === 'embed-null' ? [] : condition.terms.flatMap(filteredNames)
}

const returningOf = (root: ReadNode): readonly string[] => {
  const needed = neededColumns(root, [])
  if (needed.length === 0 || needed.includes('*')) return needed
  const ordered = root.order.filter((by) => by.of === undefined).map((by) => by.field.name)
  return [...new Set([...needed, ...root.where.flatMap(filteredNames), ...ordered])].sort()
}

export const planCall = (wish: Wish, routine: Routine, root: ReadNode): CallPlan => {
  const given = argumentNames(wish)
  return {
    routine,
    parameters: routine.parameters.filter((parameter) => given.includes(parameter.name)),
    arguments: argumentsOf(wish, routine),
    returning: returningOf(root),
  }
}
