// CSV bodies → the JSON rows they mean. The first line names the columns; `NULL` is null, all else text.

import { errors } from '../errors.ts'

type Cursor = { readonly text: string; at: number }

const isLineEnd = (char: string | undefined): boolean => char === '\n' || char === '\r' || char === undefined

const quotedField = (cursor: Cursor): string => {
  let value = ''
  cursor.at++
  for (;;) {
    const close = cursor.text.indexOf('"', cursor.at)
    if (close < 0) throw errors.badBody('Empty or invalid csv')
    value += cursor.text.slice(cursor.at, close)
    cursor.at = close + 1
    if (cursor.text[cursor.at] !== '"') return value
    value += '"'
    cursor.at++
  }
}

const plainField = (cursor: Cursor): string => {
  const start = cursor.at
  while (!isLineEnd(cursor.text[cursor.at]) && cursor.text[cursor.at] !== ',') cursor.at++
  return cursor.text.slice(start, cursor.at)
}

const line = (cursor: Cursor): readonly string[] => {
  const fields: string[] = []
  for (;;) {
    fields.push(cursor.text[cursor.at] === '"' ? quotedField(cursor) : plainField(cursor))
    if (cursor.text[cursor.at] !== ',') break
    cursor.at++
  }
  if (!isLineEnd(cursor.text[cursor.at])) throw errors.badBody('Empty or invalid csv')
  if (cursor.text[cursor.at] === '\r') cursor.at++
  if (cursor.text[cursor.at] === '\n') cursor.at++
  return fields
}

export type CsvRows = { readonly names: readonly string[]; readonly json: string }

export const parseCsv = (text: string): CsvRows => {
  const cursor: Cursor = { text, at: 0 }
  if (text.length === 0) throw errors.badBody('not enough input')
  const names = line(cursor)
  const rows: Record<string, string | null>[] = []
  while (cursor.at < text.length) {
    const fields = line(cursor)
    if (fields.length === 1 && fields[0] === '' && names.length > 1) continue
    if (fields.length !== names.length) throw errors.badBody('All lines must have same number of fields')
    rows.push(
      Object.fromEntries(names.map((name, i) => [name, fields[i] === 'NULL' ? null : (fields[i] ?? null)])),
    )
  }
  return { names: rows.length === 0 ? [] : names, json: JSON.stringify(rows) }
}
