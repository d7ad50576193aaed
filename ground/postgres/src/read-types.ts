// How the platform's client reads values: where `pg` would lose precision or the time of day, text wins.

import pg from 'pg'

type Parse = (text: string) => unknown

/** As a number while it is a safe one, else as text. */
export const readInt8: Parse = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** `2026-01-02 03:04:05.678901+00` → `2026-01-02T03:04:05.678901Z`; `infinity` stays as it is. */
const timestamp: Parse = (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z')

/** OID of text[]. */
const textArray: number = 1009

const same: Parse = (text) => text

/** Array of a type whose elements `parse` reads, over the driver's reader of text arrays. */
export const readArray =
  (parse: Parse): Parse =>
  (text) => {
    // Gives nested arrays of strings and nulls.
    const read: Parse = pg.types.getTypeParser(textArray)
    const each = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(each)
      return typeof value === 'string' ? parse(value) : value
    }
    return each(read(text))
  }

const parsers = new Map<number, Parse>([
  [20, readInt8],
  [1016, readArray(readInt8)],
  [1082, same],
  [1182, readArray(same)],
  [1114, timestamp],
  [1115, readArray(timestamp)],
  [1184, timestamp],
  [1185, readArray(timestamp)],
  [1186, same],
  [1187, readArray(same)],
])

/** The reader of one type, by its OID. */
export const readTypes = (oid: number): Parse => parsers.get(oid) ?? pg.types.getTypeParser(oid)
