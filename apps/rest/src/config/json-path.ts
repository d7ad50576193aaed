// JSON paths (RFC 9535) as functions: parsing a path gives what finds its values. Enough for finding a role:
// every selector, filters with comparisons and logic; of the functions `length`, `match` and `search`.

import { parseFilter } from './json-path-filter.ts'
import { TextCursor } from './text-cursor.ts'

type Values = readonly unknown[]
/** Values at the path, in document order. `root` is what `$` means. */
export type JsonPath = (value: unknown, root: unknown) => Values
type Selector = JsonPath

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const children = (value: unknown): Values => {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

const selectName =
  (name: string): Selector =>
  (value) =>
    isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []

const selectIndex =
  (index: number): Selector =>
  (value) => {
    if (!Array.isArray(value)) return []
    const at = index < 0 ? value.length + index : index
    return at >= 0 && at < value.length ? [value[at]] : []
  }

type Slice = { readonly start?: number; readonly end?: number; readonly step: number }

const clamp = (at: number, least: number, most: number): number => Math.min(Math.max(at, least), most)

/** First and last index (the last one not included) of a slice of an array. */
const boundsOf = ({ start, end, step }: Slice, length: number): readonly [number, number] => {
  const place = (index: number) => (index < 0 ? length + index : index)
  return step > 0
    ? [clamp(place(start ?? 0), 0, length), clamp(place(end ?? length), 0, length)]
    : [
        clamp(place(start ?? length - 1), -1, length - 1),
        end === undefined ? -1 : clamp(place(end), -1, length - 1),
      ]
}

const selectSlice =
  (slice: Slice): Selector =>
  (value) => {
    const { step } = slice
    if (!Array.isArray(value) || step === 0) return []
    const [first, last] = boundsOf(slice, value.length)
    const found: unknown[] = []
    for (let at = first; step > 0 ? at < last : at > last; at += step) found.push(value[at])
    return found
  }

const parseNumberSelector = (cursor: TextCursor): Selector | undefined => {
  const slice = cursor.take(/(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?)?/y)
  if (slice !== undefined) {
    const [, start, end, step] = slice
    return selectSlice({
      ...(start === undefined ? undefined : { start: Number(start) }),
      ...(end === undefined ? undefined : { end: Number(end) }),
      step: step === undefined ? 1 : Number(step),
    })
  }
  const index = cursor.take(/-?\d+/y)
  return index === undefined ? undefined : selectIndex(Number(index[0]))
}

const parseSelector = (cursor: TextCursor): Selector => {
  if (cursor.skip('*')) return children
  if (cursor.skip('?')) {
    const passes = parseFilter(cursor, parseSegments)
    return (value, root) => children(value).filter((child) => passes(child, root))
  }
  const name = cursor.string()
  return name === undefined ? (parseNumberSelector(cursor) ?? cursor.fail()) : selectName(name)
}

const parseBracket = (cursor: TextCursor): Selector => {
  const selectors: Selector[] = []
  do {
    cursor.space()
    selectors.push(parseSelector(cursor))
    cursor.space()
  } while (cursor.skip(','))
  cursor.need(']')
  return (value, root) => selectors.flatMap((select) => select(value, root))
}

const parseDotted = (cursor: TextCursor): Selector => {
  if (cursor.skip('*')) return children
  const name = cursor.take(/[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*/uy)
  return name === undefined ? cursor.fail() : selectName(name[0])
}

const withDescendants = (value: unknown): Values => [value, ...children(value).flatMap(withDescendants)]

const parseSegment = (cursor: TextCursor): Selector | undefined => {
  if (cursor.skip('..')) {
    const select = cursor.skip('[') ? parseBracket(cursor) : parseDotted(cursor)
    return (value, root) => withDescendants(value).flatMap((each) => select(each, root))
  }
  if (cursor.skip('.')) return parseDotted(cursor)
  return cursor.skip('[') ? parseBracket(cursor) : undefined
}

/** What comes after `$` or `@`. */
const parseSegments = (cursor: TextCursor): JsonPath => {
  const segments: Selector[] = []
  for (let segment = parseSegment(cursor); segment !== undefined; segment = parseSegment(cursor))
    segments.push(segment)
  return (value, root) =>
    segments.reduce<Values>((values, select) => values.flatMap((each) => select(each, root)), [value])
}

/** `undefined` when the text is no JSON path. */
export const parseJsonPath = (text: string): JsonPath | undefined => {
  const cursor = new TextCursor(text)
  try {
    cursor.need('$')
    const path = parseSegments(cursor)
    return cursor.isAtEnd ? path : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export const findByJsonPath = (path: JsonPath, value: unknown): unknown => path(value, value)[0]
