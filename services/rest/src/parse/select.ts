// Grammar of `select=`: columns, casts, aggregates, embeds and spreads.

import { type Field, field, fieldName, noPath, word } from './names.ts'
import { fail, nested, peek, type Scanner, sees, skipBlanks, take } from './scanner.ts'

export type Aggregate = 'avg' | 'count' | 'max' | 'min' | 'sum'

export type SelectField = {
  readonly kind: 'field'
  readonly field: Field
  readonly cast: string | undefined
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
  readonly alias: string | undefined
}

export type SelectEmbed = {
  readonly kind: 'embed'
  readonly isSpread: boolean
  readonly relation: string
  readonly alias: string | undefined
  readonly hint: string | undefined
  readonly join: 'inner' | 'left' | undefined
  readonly items: readonly SelectItem[]
}

export type SelectItem = SelectField | SelectEmbed

const aggregates: readonly Aggregate[] = ['avg', 'count', 'max', 'min', 'sum']
const afterName = ['letter', 'digit', '"-"', '"->>"', '"->"', '"::"', '"."', '")"', '","', 'end of input']
const afterItem = ['")"', '","', 'end of input']

/** Items between commas, up to `)` or the end. */
const selectItems = (scanner: Scanner): readonly SelectItem[] => {
  const items: SelectItem[] = []
  skipBlanks(scanner)
  if (isEnd(scanner)) return items
  do {
    skipBlanks(scanner)
    items.push(item(scanner))
    skipBlanks(scanner)
  } while (take(scanner, ','))
  return items
}

/** The whole parameter. What follows the last embed is not looked at: clients send a parenthesis too many. */
export const select = selectItems

const isEnd = (scanner: Scanner): boolean => {
  const char = peek(scanner)
  return char === undefined || char === ')'
}

const expectEnd = (scanner: Scanner, expected: readonly string[]): void => {
  skipBlanks(scanner)
  if (!isEnd(scanner) && peek(scanner) !== ',') fail(scanner, expected, true)
}

const item = (scanner: Scanner): SelectItem => {
  if (take(scanner, '...')) return embed(scanner, fieldName(scanner), undefined, true)
  if (take(scanner, '*')) {
    expectEnd(scanner, afterItem)
    return plain({ name: '*', path: noPath }, undefined)
  }
  const alias = findAlias(scanner)
  if (take(scanner, 'count()')) return wholeCount(scanner, alias)
  const start = scanner.at
  const name = fieldName(scanner)
  const next = peek(scanner)
  if (next === '!' || (next === '(' && name !== 'count')) {
    if (next === '!' && !opensEmbed(scanner)) fail(scanner, afterName, true)
    return embed(scanner, name, alias, false)
  }
  scanner.at = start
  return column(scanner, alias)
}

const plain = (selected: Field, alias: string | undefined): SelectField => ({
  kind: 'field',
  field: selected,
  cast: undefined,
  aggregate: undefined,
  aggregateCast: undefined,
  alias,
})

const findAlias = (scanner: Scanner): string | undefined => {
  const start = scanner.at
  if (sees(scanner, 'count()')) return undefined
  const name = fieldName(scanner)
  if (peek(scanner) === ':' && scanner.text[scanner.at + 1] !== ':') {
    scanner.at++
    return name
  }
  scanner.at = start
  return undefined
}

/** A `!` belongs to an embed only when a parenthesis follows the hints. */
const opensEmbed = (scanner: Scanner): boolean => {
  const open = scanner.text.indexOf('(', scanner.at)
  const comma = scanner.text.indexOf(',', scanner.at)
  return open >= 0 && (comma < 0 || open < comma)
}

const embed = (
  scanner: Scanner,
  relation: string,
  alias: string | undefined,
  isSpread: boolean,
): SelectEmbed => {
  let hint: string | undefined
  let join: 'inner' | 'left' | undefined
  while (take(scanner, '!')) {
    const name = fieldName(scanner)
    if (name === 'inner' || name === 'left') join ??= name
    else hint ??= name
  }
  skipBlanks(scanner)
  if (!take(scanner, '(')) fail(scanner, ['"!"', '"("'])
  const items = nested(scanner, selectItems)
  if (!take(scanner, ')')) fail(scanner, ['","', '")"'])
  return { kind: 'embed', isSpread, relation, alias, hint, join, items }
}

/** A type name is put into the statement as it is, so it may hold letters, digits, `_` and blanks only. */
const cast = (scanner: Scanner): string | undefined => {
  if (!take(scanner, '::')) return undefined
  const start = scanner.at
  const type = word(scanner)
  if (!type.includes('$')) return type
  scanner.at = start + scanner.text.slice(start).indexOf('$')
  return fail(scanner, ['letter', 'digit'])
}

const wholeCount = (scanner: Scanner, alias: string | undefined): SelectField => {
  const aggregateCast = cast(scanner)
  expectEnd(scanner, afterItem)
  return { ...plain({ name: '*', path: noPath }, alias), aggregate: 'count', aggregateCast }
}

const aggregate = (scanner: Scanner): Aggregate | undefined => {
  if (peek(scanner) !== '.') return undefined
  const name = aggregates.find((each) => sees(scanner, `.${each}()`))
  if (name === undefined) {
    scanner.at++
    return fail(
      scanner,
      aggregates.map((each) => `"${each}()"`),
    )
  }
  scanner.at += name.length + 3
  return name
}

const column = (scanner: Scanner, alias: string | undefined): SelectField => {
  const selected = field(scanner)
  const type = cast(scanner)
  const made = aggregate(scanner)
  const aggregateCast = made === undefined ? undefined : cast(scanner)
  expectEnd(scanner, afterName)
  return { kind: 'field', field: selected, cast: type, aggregate: made, aggregateCast, alias }
}
