// Grammar of `order`: https://postgrest.org/en/stable/references/api/tables_views.html#ordering

import { describe, expect, it } from 'vitest'
import { order } from '../../src/parse/order.ts'
import { parsing } from '../../src/parse/scanner.ts'

const parse = (text: string) => parsing(`order (${text})`, text, order)
const term = (name: string, more: object = {}) => ({
  relation: undefined,
  field: { name, path: [] },
  direction: undefined,
  nulls: undefined,
  ...more,
})

describe('order', () => {
  it.each<readonly [string, readonly object[]]>([
    ['a', [term('a')]],
    [
      'a.desc.nullslast, b.nullsfirst',
      [term('a', { direction: 'desc', nulls: 'last' }), term('b', { nulls: 'first' })],
    ],
    ['clients(name).asc', [term('name', { relation: 'clients', direction: 'asc' })]],
    ['"a(b".desc', [term('a(b', { direction: 'desc' })]],
  ])('reads %s', (text, terms) => expect(parse(text)).toEqual(terms))

  it.each([
    ['id.nulsfist', 'unexpected "n" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ['id.asc.smth34', 'unexpected "s" expecting "nullsfirst" or "nullslast"'],
    ['id.descc', 'unexpected \'c\' expecting delimiter (.), "," or end of input'],
    ['id.nullslasttt', 'unexpected \'t\' expecting "," or end of input'],
  ])('refuses %s', (text, details) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'PGRST100', details }))
  })
})
