// Bodies of the server's messages → values.

import { DatabaseError } from '../database-error.ts'
import { readCString, readInt32, readUint16 } from './bytes.ts'

/** Row as the texts of its columns. */
export const readRow = (bytes: Buffer, start: number): (string | null)[] => {
  const count = readUint16(bytes, start)
  const row = new Array<string | null>(count)
  let at = start + 2
  for (let column = 0; column < count; column++) {
    const size = readInt32(bytes, at)
    at += 4
    if (size < 0) {
      row[column] = null
    } else {
      row[column] = bytes.toString('utf8', at, at + size)
      at += size
    }
  }
  return row
}

/** Names of the columns in a RowDescription. */
export const readColumns = (bytes: Buffer, start: number): readonly string[] => {
  const columns: string[] = []
  let at = start + 2
  for (let left = readUint16(bytes, start); left > 0; left--) {
    const { text, next } = readCString(bytes, at)
    columns.push(text)
    // Table, column, type, size, modifier, format.
    at = next + 18
  }
  return columns
}

/** The number at the end of a command tag: 5 of `INSERT 0 5`, 0 of `SET`. */
export const readAffected = (bytes: Buffer, end: number): number => {
  let affected = 0
  let scale = 1
  for (let at = end - 2; ; at--) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return affected
    affected += digit * scale
    scale *= 10
  }
}

/** An ErrorResponse or a NoticeResponse. */
export const readError = (bytes: Buffer, start: number): DatabaseError => {
  const fields = new Map<string, string>()
  let at = start
  while (bytes[at] !== 0 && at < bytes.length) {
    const name = String.fromCharCode(bytes[at] ?? 0)
    const { text, next } = readCString(bytes, at + 1)
    fields.set(name, text)
    at = next
  }
  return new DatabaseError({
    message: fields.get('M') ?? 'Postgres failed without a message.',
    sqlstate: fields.get('C') ?? 'XX000',
    // V is the severity in English, whatever language the server speaks.
    severity: fields.get('V') ?? fields.get('S') ?? 'ERROR',
    detail: fields.get('D'),
    hint: fields.get('H'),
    position: fields.get('P'),
    schema: fields.get('s'),
    table: fields.get('t'),
    column: fields.get('c'),
    constraint: fields.get('n'),
    where: fields.get('W'),
    routine: fields.get('R'),
  })
}
