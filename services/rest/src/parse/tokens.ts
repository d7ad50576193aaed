// First look at a query string: parameters are told apart and the values of filters are cut out. What is
// left is the request's shape; requests of one shape share plan and statement and differ in values only.

import { commitsToFilter, headLength } from './filter.ts'

export type TokenKind =
  | 'select'
  | 'columns'
  | 'on_conflict'
  | 'order'
  | 'logic'
  | 'limit'
  | 'offset'
  | 'filter'
  | 'argument'

export type Token = {
  readonly kind: TokenKind
  readonly name: string
  /** The part of the value that belongs to the shape: `eq.`, `is.null`, a whole `select`. */
  readonly head: string
  /** Where the rest of the value is kept; -1 when the head is all of it. */
  readonly slot: number
}

export type Tokens = {
  readonly list: readonly Token[]
  readonly values: readonly string[]
  /** Equal for requests that differ only in `values`. */
  readonly shape: string
}

const decode = (text: string): string => {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    // Malformed escapes are kept byte by byte, as the reference server does.
    return Buffer.from(unescapeBytes(spaced), 'latin1').toString('utf8')
  }
}

const unescapeBytes = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const kindOfName = (name: string): TokenKind => {
  if (name === 'select' || name === 'columns' || name === 'on_conflict') return name
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (last === 'order' || last === 'limit' || last === 'offset') return last
  return last === 'and' || last === 'or' ? 'logic' : 'filter'
}

/** Decoded pairs of a query string or form; a name without `=` has no value. */
export const pairs = (raw: string): readonly (readonly [name: string, value: string | undefined])[] => {
  const found: (readonly [string, string | undefined])[] = []
  for (const part of raw.includes(';') ? raw.split(/[&;]/) : raw.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    found.push(
      equals < 0
        ? [decode(part), undefined]
        : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))],
    )
  }
  return found
}

/** `isCallRead`: parameters of a function called by GET may be plain values. */
export const tokenize = (raw: string, isCallRead: boolean): Tokens => {
  const list: Token[] = []
  const values: string[] = []
  let shape = ''
  for (const [name, value] of raw === '' ? [] : pairs(raw)) {
    if (value === undefined) continue
    const token = tokenOf(name, value, isCallRead, values)
    list.push(token)
    shape += `${token.kind === 'argument' ? 'a' : ''}${name}\u0001${token.head}\u0002`
  }
  return { list, values, shape }
}

const tokenOf = (name: string, value: string, isCallRead: boolean, values: string[]): Token => {
  const kind = kindOfName(name)
  if (kind === 'limit' || kind === 'offset') return { kind, name, head: '', slot: values.push(value) - 1 }
  if (kind !== 'filter') return { kind, name, head: value, slot: -1 }
  const head = headLength(value)
  if (head >= 0) return { kind, name, head: value.slice(0, head), slot: values.push(value.slice(head)) - 1 }
  if (isCallRead && !commitsToFilter(value))
    return { kind: 'argument', name, head: '', slot: values.push(value) - 1 }
  return { kind, name, head: value, slot: -1 }
}
