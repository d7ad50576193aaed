// Grammar of `and=(…)` and `or=(…)`. Its values are fixed texts: they belong to the request's shape.

import {
  closedValue,
  type Filter,
  filterBody,
  findQuotedWhole,
  listElements,
  type Operand,
} from './filter.ts'
import { field } from './names.ts'
import { fail, nested, type Scanner, sees, skipBlanks, take, takeMatch } from './scanner.ts'

export type Logic =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | {
      readonly kind: 'and' | 'or'
      readonly isNegated: boolean
      readonly terms: readonly Logic[]
    }

const pgArray = /\{[^{}]*\}/y
const termExpected = ['field name (* or [a..z0..9_$])', 'negation operator (not)', 'logic operator (and, or)']

const operand = (scanner: Scanner): Operand => ({
  text: findQuotedWhole(scanner) ?? takeMatch(scanner, pgArray) ?? closedValue(scanner),
})

const list = (scanner: Scanner): Operand => {
  const start = scanner.at
  listElements(scanner)
  return { text: scanner.text.slice(start, scanner.at) }
}

const opening = /(?:not\.)?(?:and|or)[ \t]*\(/y

/** One tree: `and(…)`, `not.or(…)` or a filter. */
export const logicTree = (scanner: Scanner): Logic => {
  opening.lastIndex = scanner.at
  return opening.test(scanner.text) ? branch(scanner) : leaf(scanner)
}

const branch = (scanner: Scanner): Logic => {
  const isNegated = take(scanner, 'not.')
  const kind = take(scanner, 'and') ? 'and' : 'or'
  if (kind === 'or' && !take(scanner, 'or')) fail(scanner, ['logic operator (and, or)'])
  skipBlanks(scanner)
  if (!take(scanner, '(')) fail(scanner, ['"("'])
  const terms: Logic[] = []
  do {
    skipBlanks(scanner)
    terms.push(nested(scanner, logicTree))
    skipBlanks(scanner)
  } while (take(scanner, ','))
  if (!take(scanner, ')')) fail(scanner, ['","', '")"'])
  return { kind, isNegated, terms }
}

const leaf = (scanner: Scanner): Logic => {
  if (sees(scanner, 'not.') && !/^not\.(?:and|or)/.test(scanner.text.slice(scanner.at))) {
    const start = scanner.at
    scanner.at += 4
    const after = scanner.text.slice(scanner.at)
    if (/^[a-z]*\(/.test(after)) fail(scanner, ['logic operator (and, or)'])
    scanner.at = start
  }
  const at = field(scanner, termExpected)
  if (!take(scanner, '.')) fail(scanner, ['delimiter (.)'])
  return { kind: 'filter', filter: { field: at, ...filterBody(scanner, operand, list) } }
}
