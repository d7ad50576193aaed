// Grammar of one filter: `not.eq.5`, `in.(1,2)`, `fts(english).cat`. A value that a request brings is a
// slot (its place among the request's values), so that requests of one shape share their statement.

import { type Field, quoted, word } from './names.ts'
import { fail, peek, type Scanner, skipBlanks, take, takeMatch } from './scanner.ts'

/** A value of the request by its place, or a fixed one that belongs to the shape. */
export type Operand = { readonly slot: number } | { readonly text: string }

export type BinaryOperator = 'neq' | 'cs' | 'cd' | 'ov' | 'sl' | 'sr' | 'nxr' | 'nxl' | 'adj'
export type QuantifiedOperator = 'eq' | 'gte' | 'gt' | 'lte' | 'lt' | 'like' | 'ilike' | 'match' | 'imatch'
export type SearchOperator = 'fts' | 'plfts' | 'phfts' | 'wfts'
export type IsValue = 'null' | 'not_null' | 'true' | 'false' | 'unknown'

export type Operation =
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly value: Operand }
  | {
      readonly kind: 'quantified'
      readonly operator: QuantifiedOperator
      readonly quantifier: 'any' | 'all' | undefined
      readonly value: Operand
    }
  | { readonly kind: 'in'; readonly values: Operand }
  | { readonly kind: 'is'; readonly value: IsValue }
  | { readonly kind: 'distinct'; readonly value: Operand }
  | {
      readonly kind: 'search'
      readonly operator: SearchOperator
      readonly language: string | undefined
      readonly value: Operand
    }

export type Filter = { readonly field: Field; readonly isNegated: boolean; readonly operation: Operation }

const binaryOperators: ReadonlySet<string> = new Set('neq cs cd ov sl sr nxr nxl adj'.split(' '))
const quantifiedOperators: ReadonlySet<string> = new Set(
  'eq gte gt lte lt like ilike match imatch'.split(' '),
)
const searchOperators: ReadonlySet<string> = new Set('fts plfts phfts wfts'.split(' '))
const isValues: readonly IsValue[] = ['null', 'not_null', 'true', 'false', 'unknown']

const isBinary = (name: string): name is BinaryOperator => binaryOperators.has(name)
const isQuantified = (name: string): name is QuantifiedOperator => quantifiedOperators.has(name)
const isSearch = (name: string): name is SearchOperator => searchOperators.has(name)

const operatorName = /[a-z]+/y
const quantifier = /\((any|all)\)/y
const expectedOperator = ['operator (eq, gt, ...)']

/** Reads the operand where the scanner stands; the two places a filter can stand in read differently. */
export type ReadOperand = (scanner: Scanner) => Operand

/** How many characters of a filter's value are not the operand: `not.eq.` of `not.eq.5`. */
export const headLength = (text: string): number => {
  const match = headPattern.exec(text)
  return match === null ? -1 : match[0].length
}

const headPattern =
  /^(?:not\.)?(?:(?:eq|gte|gt|lte|lt|like|ilike|match|imatch)(?:\((?:any|all)\))?|neq|cs|cd|ov|sl|sr|nxr|nxl|adj|isdistinct|in|(?:fts|plfts|phfts|wfts)(?:\([\p{L}\p{N}_ $]+\))?)\./u

/** Where a call's parameter stops being a plain value: PostgREST commits to a filter after these. */
export const commitsToFilter = (text: string): boolean => /^(?:not\.|in\.|is\.|isdistinct\.)/.test(text)

export const filterBody = (
  scanner: Scanner,
  readOperand: ReadOperand,
  readList: ReadOperand,
): Omit<Filter, 'field'> => {
  const start = scanner.at
  const isNegated = take(scanner, 'not.')
  const expected = isNegated ? expectedOperator : ['"not"', ...expectedOperator]
  const operation = findOperation(scanner, { operand: readOperand, list: readList })
  if (operation !== undefined) return { isNegated, operation }
  if (!isNegated) scanner.at = start
  return fail(scanner, expected)
}

type Readers = { readonly operand: ReadOperand; readonly list: ReadOperand }

const findOperation = (scanner: Scanner, readers: Readers): Operation | undefined => {
  const start = scanner.at
  const name = takeMatch(scanner, operatorName) ?? ''
  const operation =
    findWordOperation(scanner, name, readers) ??
    (isSearch(name) ? findSearch(scanner, name, readers.operand) : undefined) ??
    (isQuantified(name) ? findQuantified(scanner, name, readers.operand) : undefined)
  if (operation === undefined) scanner.at = start
  return operation
}

/** Operators that are followed by a dot at once. */
const findWordOperation = (scanner: Scanner, name: string, readers: Readers): Operation | undefined => {
  const isWord = name === 'in' || name === 'is' || name === 'isdistinct' || isBinary(name)
  if (!isWord || !take(scanner, '.')) return undefined
  if (name === 'in') return { kind: 'in', values: readers.list(scanner) }
  if (name === 'is') return { kind: 'is', value: isValue(scanner) }
  if (name === 'isdistinct') return { kind: 'distinct', value: readers.operand(scanner) }
  return { kind: 'binary', operator: name, value: readers.operand(scanner) }
}

const findSearch = (
  scanner: Scanner,
  operator: SearchOperator,
  readOperand: ReadOperand,
): Operation | undefined => {
  const language = take(scanner, '(') ? word(scanner) : undefined
  if (language !== undefined && !take(scanner, ')')) return undefined
  return take(scanner, '.') ? { kind: 'search', operator, language, value: readOperand(scanner) } : undefined
}

const findQuantified = (
  scanner: Scanner,
  operator: QuantifiedOperator,
  readOperand: ReadOperand,
): Operation | undefined => {
  const found = takeMatch(scanner, quantifier)
  const kind = found === '(any)' ? 'any' : found === '(all)' ? 'all' : undefined
  return take(scanner, '.')
    ? { kind: 'quantified', operator, quantifier: kind, value: readOperand(scanner) }
    : undefined
}

const isValue = (scanner: Scanner): IsValue => {
  const rest = scanner.text.slice(scanner.at).toLowerCase()
  const found = isValues.find((value) => rest.startsWith(value))
  if (found === undefined) return fail(scanner, ['isVal: (null, not_null, true, false, unknown)'])
  scanner.at += found.length
  return found
}

/** `(a,"b,c",d)` → its elements. */
export const listElements = (scanner: Scanner): readonly string[] => {
  const elements: string[] = []
  skipBlanks(scanner)
  if (!take(scanner, '(')) fail(scanner, ['"("'])
  skipBlanks(scanner)
  do {
    elements.push(closedValue(scanner))
  } while (take(scanner, ','))
  if (!take(scanner, ')')) fail(scanner, ['","', '")"'])
  skipBlanks(scanner)
  return elements
}

const unquotedValue = /[^,)]*/y

/** A value that ends at a comma or parenthesis unless it is quoted as a whole. */
export const closedValue = (scanner: Scanner): string =>
  findQuotedWhole(scanner) ?? takeMatch(scanner, unquotedValue) ?? ''

export const findQuotedWhole = (scanner: Scanner): string | undefined => {
  if (peek(scanner) !== '"') return undefined
  const start = scanner.at
  try {
    const text = quoted(scanner)
    const next = peek(scanner)
    if (next === undefined || next === ',' || next === ')') return text
  } catch {
    // An open quote is an ordinary character of an unquoted value.
  }
  scanner.at = start
  return undefined
}
