// Grammar of `order=`: columns or columns of an embed, direction, place of nulls.

import { type Field, field, fieldName } from './names.ts'
import { fail, peek, type Scanner, skipBlanks, take } from './scanner.ts'

export type OrderTerm = {
  /** Name of the embed whose column orders, if any. */
  readonly relation: string | undefined
  readonly field: Field
  readonly direction: 'asc' | 'desc' | undefined
  readonly nulls: 'first' | 'last' | undefined
}

export const order = (scanner: Scanner): readonly OrderTerm[] => {
  const terms: OrderTerm[] = []
  do {
    skipBlanks(scanner)
    terms.push(term(scanner))
    skipBlanks(scanner)
  } while (take(scanner, ','))
  return terms
}

const isRelated = /^\s*(?:"(?:[^"\\]|\\.)*"|[^,("]*)\(/

const term = (scanner: Scanner): OrderTerm => {
  let relation: string | undefined
  let by: Field
  if (isRelated.test(scanner.text.slice(scanner.at))) {
    relation = fieldName(scanner)
    if (!take(scanner, '(')) fail(scanner, ['"("'])
    by = field(scanner)
    if (!take(scanner, ')')) fail(scanner, ['")"'])
  } else by = field(scanner)
  const direction = findDirection(scanner)
  const nulls = findNulls(scanner)
  expectEnd(scanner, direction, nulls)
  return { relation, field: by, direction, nulls }
}

const findDirection = (scanner: Scanner): 'asc' | 'desc' | undefined =>
  take(scanner, '.asc') ? 'asc' : take(scanner, '.desc') ? 'desc' : undefined

const findNulls = (scanner: Scanner): 'first' | 'last' | undefined =>
  take(scanner, '.nullsfirst') ? 'first' : take(scanner, '.nullslast') ? 'last' : undefined

const expectEnd = (scanner: Scanner, direction: string | undefined, nulls: string | undefined): void => {
  const char = peek(scanner)
  if (char === undefined || char === ',') return
  if (nulls !== undefined) fail(scanner, ['","', 'end of input'], true)
  if (char === '.') {
    scanner.at++
    const words = direction === undefined ? ['"asc"', '"desc"'] : []
    fail(scanner, [...words, '"nullsfirst"', '"nullslast"'])
  }
  if (direction !== undefined) fail(scanner, ['delimiter (.)', '","', 'end of input'], true)
  fail(scanner, ['letter', 'digit', '"-"', '"->>"', '"->"', 'delimiter (.)', '","', 'end of input'], true)
}
