// Tokens of a query string → what they ask for.

import { type Filter, filterBody, type Operand } from './filter.ts'
import { type Logic, logicTree } from './logic.ts'
import { type Field, fieldName, jsonPath } from './names.ts'
import { type OrderTerm, order } from './order.ts'
import { parsing, type Scanner, skipBlanks, take } from './scanner.ts'
import { type SelectItem, select } from './select.ts'
import type { Token } from './tokens.ts'

/** Something said about an embed: `[]` is the top, `['posts', 'author']` two levels down. */
export type Located<T> = { readonly path: readonly string[]; readonly item: T }

export type Argument = { readonly name: string; readonly slot: number }

export type Query = {
  readonly select: readonly SelectItem[]
  readonly filters: readonly Located<Filter>[]
  readonly logic: readonly Located<Logic>[]
  readonly order: readonly Located<readonly OrderTerm[]>[]
  readonly limits: readonly Located<number>[]
  readonly offsets: readonly Located<number>[]
  readonly columns: readonly string[] | undefined
  readonly onConflict: readonly string[] | undefined
  readonly arguments: readonly Argument[]
}

const treePath = (scanner: Scanner): Located<Field> => {
  const names = [fieldName(scanner)]
  while (take(scanner, '.')) names.push(fieldName(scanner))
  const name = names.pop() ?? ''
  return { path: names, item: { name, path: jsonPath(scanner) } }
}

const locate = (name: string): Located<Field> => parsing(`tree path (${name})`, name, treePath)

const columnNames = (scanner: Scanner): readonly string[] => {
  const names: string[] = []
  do {
    skipBlanks(scanner)
    names.push(fieldName(scanner))
    skipBlanks(scanner)
  } while (take(scanner, ','))
  return names
}

const filter = (token: Token): Located<Filter> => {
  const { path, item } = locate(token.name)
  const operand = (scanner: Scanner): Operand => {
    if (token.slot >= 0) return { slot: token.slot }
    const text = scanner.text.slice(scanner.at)
    scanner.at = scanner.text.length
    return { text }
  }
  const body = parsing(`filter (${token.head})`, token.head, (scanner) =>
    filterBody(scanner, operand, operand),
  )
  return { path, item: { field: item, ...body } }
}

/** `posts.not.or=(…)` → path `['posts']`, tree `not.or(…)`. */
const logic = (token: Token): Located<Logic> => {
  const names = parsing(`logic path (${token.name})`, token.name, (scanner) => {
    const all = [fieldName(scanner)]
    while (take(scanner, '.')) all.push(fieldName(scanner))
    return all
  })
  const operator = names.pop() ?? ''
  const text = `${names.includes('not') ? 'not.' : ''}${operator}${token.head}`
  const item = parsing(`logic tree (${token.head})`, text, logicTree)
  return { path: names.filter((name) => name !== 'not'), item }
}

const first = (tokens: readonly Token[], kind: Token['kind']): string | undefined =>
  tokens.find((token) => token.kind === kind)?.head

const ofKind = <T>(tokens: readonly Token[], kind: Token['kind'], make: (token: Token) => T): readonly T[] =>
  tokens.filter((token) => token.kind === kind).map(make)

const names = (what: string, text: string | undefined): readonly string[] | undefined =>
  text === undefined ? undefined : parsing(`${what} parameter (${text})`, text, columnNames)

export const parseQuery = (tokens: readonly Token[]): Query => {
  const selectText = first(tokens, 'select') ?? '*'
  const range = (token: Token): Located<number> => ({ path: locate(token.name).path, item: token.slot })
  return {
    order: ofKind(tokens, 'order', (token) => ({
      path: locate(token.name).path,
      item: parsing(`order (${token.head})`, token.head, order),
    })),
    logic: ofKind(tokens, 'logic', logic),
    columns: names('columns', first(tokens, 'columns')),
    select: parsing(`select parameter (${selectText})`, selectText, select),
    filters: ofKind(tokens, 'filter', filter),
    onConflict: names('on_conflict', first(tokens, 'on_conflict')),
    limits: ofKind(tokens, 'limit', range),
    offsets: ofKind(tokens, 'offset', range),
    arguments: ofKind(tokens, 'argument', (token) => ({
      name: locate(token.name).item.name,
      slot: token.slot,
    })),
  }
}
