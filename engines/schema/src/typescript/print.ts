// Facts → the text of a generated file.

import { type DescribeOptions, describeSchema, enumsOf } from './describe-schema.ts'
import type { Facts } from './facts.ts'
import { helperTypes } from './helper-types.ts'
import { hardLine, indent, type Layout, render, separate } from './layout.ts'
import { layoutOf, literal, propertyName, tuple } from './ts-type.ts'

export type PrintOptions = DescribeOptions & {
  /** Tells the client's types how the API behaves; left out when null. */
  readonly postgrestVersion: string | null
}

const jsonType = `export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]
`

export const print = (facts: Facts, options: PrintOptions): string =>
  [jsonType, database(facts, options), helperTypes, constants(facts)].join('\n')

const database = (facts: Facts, options: PrintOptions): string => {
  const rows: Layout[] = facts.schemas.map((schema) => [
    `${propertyName(schema)}: `,
    layoutOf(describeSchema(facts, schema, options)),
  ])
  if (options.postgrestVersion !== null) rows.unshift(internal(options.postgrestVersion))
  return `${render(['export type Database = ', braces(rows, '')])}\n`
}

const internal = (version: string): Layout =>
  separate(
    [
      '// Allows to automatically instantiate createClient with right options',
      "// instead of createClient<Database, { PostgrestVersion: 'XX' }>(URL, KEY)",
      ['__InternalSupabase: ', braces([['PostgrestVersion: ', layoutOf(literal(version))]], '')],
    ],
    hardLine,
  )

const constants = (facts: Facts): string => {
  const schemas = facts.schemas.map((schema): Layout => {
    const enums = enumsOf(facts, schema).map(
      ({ name, labels }): Layout => [
        `${propertyName(name)}: `,
        layoutOf(tuple((labels ?? []).map((label) => literal(label)))),
      ],
    )
    return [`${propertyName(schema)}: `, braces([['Enums: ', braces(enums, ',')]], ',')]
  })
  return `${render(['export const Constants = ', braces(schemas, ','), ' as const'])}\n`
}

/** Every row on a line of its own, with an end mark. */
const braces = (rows: readonly Layout[], end: string): Layout =>
  rows.length === 0 ? '{}' : ['{', indent(rows.map((row) => [hardLine, row, end])), hardLine, '}']
