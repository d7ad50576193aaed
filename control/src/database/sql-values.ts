// How rows of the SQL endpoint read values: as upstream's tools expect them in JSON.

import pg from 'pg'

type Parse = (text: string) => unknown

const int8: Parse = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

const same: Parse = (text) => text

const textArray: number = 1009

/** Arrays become JSON arrays; elements are read by `parse`. */
const arrayOf =
  (parse: Parse): Parse =>
  (text) => {
    const read: Parse = pg.types.getTypeParser(textArray)
    const each = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(each)
      return typeof value === 'string' ? parse(value) : value
    }
    return each(read(text))
  }

/** Dates, times, intervals, points and bytes stay the text Postgres writes; the rest is the driver's choice. */
const parsers = new Map<number, Parse>([
  [20, int8],
  [1016, arrayOf(int8)],
  ...[17, 600, 1082, 1114, 1184, 1186].map((oid) => [oid, same] as const),
  ...[1001, 1115, 1182, 1185, 1187].map((oid) => [oid, arrayOf(same)] as const),
  [1017, same],
])

/** The reader of one type, by its OID. */
export const readValue = (oid: number): Parse => parsers.get(oid) ?? pg.types.getTypeParser(oid)
