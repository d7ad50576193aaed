// Filters of JSON paths: `[?@.kind == 'role' && !@.old]`.

import type { JsonPath } from './json-path.ts'
import type { TextCursor } from './text-cursor.ts'

export type Test = (value: unknown, root: unknown) => boolean
type Operand = {
  /** No value at all is `undefined`. */
  readonly get: (value: unknown, root: unknown) => unknown
  /** For a path on its own: does it lead anywhere? */
  readonly exists?: Test
}
type ParsePath = (cursor: TextCursor) => JsonPath

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

const isLess = (a: unknown, b: unknown): boolean =>
  (typeof a === 'number' && typeof b === 'number' && a < b) ||
  (typeof a === 'string' && typeof b === 'string' && a < b)

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': isSame,
  '!=': (a, b) => !isSame(a, b),
  '<=': (a, b) => isLess(a, b) || isSame(a, b),
  '>=': (a, b) => isLess(b, a) || isSame(a, b),
  '<': isLess,
  '>': (a, b) => isLess(b, a),
}

const lengthOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return [...value].length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}

const matches = (text: unknown, pattern: unknown, isWhole: boolean): boolean =>
  typeof text === 'string' &&
  typeof pattern === 'string' &&
  new RegExp(isWhole ? `^(?:${pattern})$` : pattern, 'u').test(text)

const functions: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  length: lengthOf,
  match: (text, pattern) => matches(text, pattern, true),
  search: (text, pattern) => matches(text, pattern, false),
}

const parsePathOperand = (cursor: TextCursor, parsePath: ParsePath, isRoot: boolean): Operand => {
  const path = parsePath(cursor)
  const find = (value: unknown, root: unknown) => path(isRoot ? root : value, root)
  return { get: (value, root) => find(value, root)[0], exists: (value, root) => find(value, root).length > 0 }
}

const parseCall = (cursor: TextCursor, name: string, parsePath: ParsePath): Operand => {
  const call = functions[name] ?? cursor.fail()
  const first = parseOperand(cursor, parsePath)
  cursor.space()
  const second = cursor.skip(',') ? parseOperand(cursor, parsePath) : undefined
  cursor.space()
  cursor.need(')')
  const get: Operand['get'] = (value, root) => call(first.get(value, root), second?.get(value, root))
  return { get, exists: (value, root) => get(value, root) === true }
}

const parseOperand = (cursor: TextCursor, parsePath: ParsePath): Operand => {
  cursor.space()
  if (cursor.skip('@')) return parsePathOperand(cursor, parsePath, false)
  if (cursor.skip('$')) return parsePathOperand(cursor, parsePath, true)
  const call = cursor.take(/([a-z]+)\(/y)
  if (call !== undefined) return parseCall(cursor, call[1] ?? '', parsePath)
  const text = cursor.string()
  if (text !== undefined) return { get: () => text }
  const literal = cursor.take(/true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)?.[0] ?? cursor.fail()
  const constant: unknown = JSON.parse(literal)
  return { get: () => constant }
}

const parseComparison = (cursor: TextCursor, parsePath: ParsePath): Test => {
  const left = parseOperand(cursor, parsePath)
  cursor.space()
  const compare = comparisons[cursor.take(/==|!=|<=|>=|<|>/y)?.[0] ?? '']
  if (compare === undefined) return left.exists ?? cursor.fail()
  const right = parseOperand(cursor, parsePath)
  return (value, root) => compare(left.get(value, root), right.get(value, root))
}

const parseTerm = (cursor: TextCursor, parsePath: ParsePath): Test => {
  cursor.space()
  if (cursor.skip('!')) {
    const test = parseTerm(cursor, parsePath)
    return (value, root) => !test(value, root)
  }
  if (!cursor.skip('(')) return parseComparison(cursor, parsePath)
  const test = parseFilter(cursor, parsePath)
  cursor.need(')')
  return test
}

/** Terms joined by `word`; a term is parsed by `next`. */
const parseJoined = (cursor: TextCursor, word: string, next: () => Test): readonly Test[] => {
  const tests = [next()]
  cursor.space()
  while (cursor.skip(word)) {
    tests.push(next())
    cursor.space()
  }
  return tests
}

export const parseFilter = (cursor: TextCursor, parsePath: ParsePath): Test => {
  const alternatives = parseJoined(cursor, '||', () => {
    const all = parseJoined(cursor, '&&', () => parseTerm(cursor, parsePath))
    return (value, root) => all.every((test) => test(value, root))
  })
  return (value, root) => alternatives.some((test) => test(value, root))
}
