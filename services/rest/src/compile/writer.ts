// How statements are put together: text with `$n`, and beside each `$n` how to find its value in a request.
// Nothing of a request is ever part of the text except names, and names are quoted here.

import type { QualifiedName } from '@plinth/schema'
import { listElements, type Operand } from '../parse/filter.ts'
import type { RowRange } from '../parse/range.ts'
import { parsing } from '../parse/scanner.ts'

/** What a request of a known shape brings. */
export type Inputs = {
  readonly values: readonly string[]
  readonly body: string | null
  readonly form: ReadonlyMap<string, readonly string[]> | undefined
  /** Rows of the top level, already cut to the maximum. */
  readonly range: RowRange
  readonly maxRows: number | null
}

export type Bind = (inputs: Inputs) => string | null

export type Writer = {
  readonly binds: Bind[]
  /** Embeds are made as `jsonb`; plain `json` is cheaper where nothing compares or prints rows. */
  readonly usesJsonb: boolean
}

export type Prepared = { readonly text: string; readonly binds: readonly Bind[] }

/** Makes the next parameter. */
export const parameter = (writer: Writer, bind: Bind): string => `$${writer.binds.push(bind)}`

export const fixed = (writer: Writer, text: string): string => parameter(writer, () => text)

const read = (operand: Operand): Bind =>
  'slot' in operand ? ({ values }) => values[operand.slot] ?? '' : () => operand.text

export const operand = (writer: Writer, value: Operand): string => parameter(writer, read(value))

/** `*` stands for `%`, which would have to be escaped in an address. */
export const pattern = (writer: Writer, value: Operand): string => {
  const text = read(value)
  return parameter(writer, (inputs) => (text(inputs) ?? '').replaceAll('*', '%'))
}

const element = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Postgres' text form of an array of texts. */
export const arrayLiteral = (elements: readonly string[]): string => `{${elements.map(element).join(',')}}`

/** `(a,b)` as one array; a list of one empty text is an empty array. */
export const list = (writer: Writer, value: Operand): string => {
  const text = read(value)
  return parameter(writer, (inputs) => {
    const given = text(inputs) ?? ''
    const elements = parsing(`filter (in.${given})`, given, listElements)
    return elements.length === 1 && elements[0] === '' ? '{}' : arrayLiteral(elements)
  })
}

export const quoteName = (name: string): string => {
  const end = name.indexOf('\0')
  return `"${(end < 0 ? name : name.slice(0, end)).replaceAll('"', '""')}"`
}

/** A name out of the catalogue or a request as a text literal. */
export const quoteText = (text: string): string =>
  text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`

export const quoteQualified = ({ schema, name }: QualifiedName): string =>
  `${quoteName(schema)}.${quoteName(name)}`

export const columnOf = (alias: string, name: string): string =>
  name === '*' ? `${quoteName(alias)}.*` : `${quoteName(alias)}.${quoteName(name)}`
