// How rows of the SQL endpoint read values: as upstream's tools expect them in JSON.

import { readArray, readInt8 } from '@plinth/postgres'
import pg from 'pg'

type Parse = (text: string) => unknown

const same: Parse = (text) => text

/** Dates, times, intervals, points and bytes stay the text Postgres writes; the rest is the driver's choice. */
const parsers = new Map<number, Parse>([
  [20, readInt8],
  [1016, readArray(readInt8)],
  ...[17, 600, 1082, 1114, 1184, 1186].map((oid) => [oid, same] as const),
  ...[1001, 1115, 1182, 1185, 1187].map((oid) => [oid, readArray(same)] as const),
  [1017, same],
])

/** The reader of one type, by its OID. */
export const readValue = (oid: number): Parse => parsers.get(oid) ?? pg.types.getTypeParser(oid)
