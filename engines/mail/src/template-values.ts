// What words of a template stand for: fields of the data, literals, and a handful of functions.

import { TemplateError } from './template-error.ts'
import type { Operand, Pipeline } from './template-tree.ts'

/** `dot` is what the nearest `with` or `range` is about, `root` the whole data. */
export type Scope = { readonly dot: unknown; readonly root: unknown }

export const isTrue = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

const field = (value: unknown, name: string): unknown => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

export const print = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const compare = (left: unknown, right: unknown): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return print(left) < print(right) ? -1 : print(left) > print(right) ? 1 : 0
}

const format = ([pattern, ...values]: readonly unknown[]): string => {
  let at = 0
  return print(pattern).replace(/%[svdq%]/g, (mark) => {
    if (mark === '%%') return '%'
    const value = print(values[at++])
    return mark === '%q' ? JSON.stringify(value) : value
  })
}

type Call = (values: readonly unknown[]) => unknown

const functions: Readonly<Record<string, Call>> = {
  eq: ([first, ...others]) => others.some((other) => compare(first, other) === 0),
  ne: ([left, right]) => compare(left, right) !== 0,
  lt: ([left, right]) => compare(left, right) < 0,
  le: ([left, right]) => compare(left, right) <= 0,
  gt: ([left, right]) => compare(left, right) > 0,
  ge: ([left, right]) => compare(left, right) >= 0,
  and: (values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (values) => values.find(isTrue) ?? values.at(-1),
  not: ([value]) => !isTrue(value),
  len: ([value]) =>
    typeof value === 'object' && value !== null ? Object.keys(value).length : print(value).length,
  index: ([value, ...keys]) => keys.reduce((inner, key) => field(inner, print(key)), value),
  print: (values) => values.map(print).join(''),
  printf: format,
  urlquery: (values) => encodeURIComponent(values.map(print).join('')),
}

const literals: Readonly<Record<string, unknown>> = { true: true, false: false, nil: undefined }

const isFunction = (word: string): boolean => Object.hasOwn(functions, word)

const readWord = (word: string, { dot, root }: Scope): unknown => {
  if (word.startsWith('"')) return JSON.parse(word)
  if (word.startsWith('`')) return word.slice(1, -1)
  if (/^-?\d/.test(word)) return Number(word)
  if (Object.hasOwn(literals, word)) return literals[word]
  if (word.startsWith('.') || word.startsWith('$')) {
    const names = word.split('.').slice(1).filter(Boolean)
    return names.reduce(field, word.startsWith('$') ? root : dot)
  }
  throw new TemplateError(`there is no function "${word}"`)
}

const read = (operand: Operand, scope: Scope): unknown =>
  'word' in operand ? readWord(operand.word, scope) : evaluate(operand.pipeline, scope)

const runCommand = (command: readonly Operand[], scope: Scope, piped: readonly unknown[]): unknown => {
  const [first, ...rest] = command
  if (first === undefined) return undefined
  const called = 'word' in first && isFunction(first.word) ? functions[first.word] : undefined
  if (called !== undefined) return called([...rest.map((operand) => read(operand, scope)), ...piped])
  if (rest.length > 0 || piped.length > 0) throw new TemplateError('only a function takes arguments')
  return read(first, scope)
}

export const evaluate = (pipeline: Pipeline, scope: Scope): unknown => {
  let piped: readonly unknown[] = []
  for (const command of pipeline) piped = [runCommand(command, scope, piped)]
  return piped[0]
}
