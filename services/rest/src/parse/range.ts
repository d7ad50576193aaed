// Which rows a request wants: `limit`, `offset` and the `Range` header, put together.

import { errors } from '../errors.ts'

/** `limit` is `null` when there is no upper end. */
export type RowRange = { readonly offset: number; readonly limit: number | null }

export const allRows: RowRange = { offset: 0, limit: null }

const integer = /^\s*(-?\d+)\s*$/

/** A number that cannot be read counts as not given. */
export const readInteger = (text: string | undefined): number | undefined => {
  const match = text === undefined ? null : integer.exec(text)
  return match === null ? undefined : Number(match[1])
}

/** Rows of one level by its own `limit` and `offset`. */
export const levelRange = (limitText: string | undefined, offsetText: string | undefined): RowRange => {
  const offset = Math.max(0, readInteger(offsetText) ?? 0)
  const limit = readInteger(limitText)
  return { offset, limit: limit ?? null }
}

/** `0-9`, `10-`; anything else is ignored. */
const headerRange = (header: string | undefined): RowRange => {
  const match = header === undefined ? null : /^([0-9]+)-([0-9]*)$/.exec(header)
  if (match === null) return allRows
  const offset = Number(match[1])
  const end = match[2] === '' ? null : Number(match[2])
  if (end !== null && end < offset)
    throw errors.badRange(
      'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
    )
  return { offset, limit: end === null ? null : end - offset + 1 }
}

const lastOf = (range: RowRange): number =>
  range.limit === null ? Number.POSITIVE_INFINITY : range.offset + range.limit - 1

/** Range of the top level: the header (GET only) cut with `limit` and `offset`. */
export const topRange = (own: RowRange, header: string | undefined): RowRange => {
  if (own.limit === 0) return { offset: 0, limit: 0 }
  if (own.limit !== null && own.limit < 0)
    throw errors.badRange('Limit should be greater than or equal to zero.')
  const asked = headerRange(header)
  if (asked === allRows) return own
  const offset = Math.max(own.offset, asked.offset)
  const last = Math.min(lastOf(own), lastOf(asked))
  if (last < offset) throw errors.badRange('Limit should be greater than or equal to zero.')
  return { offset, limit: last === Number.POSITIVE_INFINITY ? null : last - offset + 1 }
}

/** Cuts a range to the configured maximum of rows. */
export const capped = (range: RowRange, maxRows: number | null): RowRange =>
  maxRows === null || (range.limit !== null && range.limit <= maxRows)
    ? range
    : { offset: range.offset, limit: maxRows }
