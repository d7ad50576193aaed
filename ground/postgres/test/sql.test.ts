import { describe, expect, it } from 'vitest'
import { ident, join, raw, sql } from '../src/index.ts'

describe('sql', () => {
  const inner = sql`b = ${2} and c = ${'x'}`
  const cases = [
    { name: 'no values', statement: sql`select 1`, text: 'select 1', values: [] },
    { name: 'values', statement: sql`select ${1}, ${'a'}`, text: 'select $1, $2', values: ['1', 'a'] },
    {
      name: 'a statement inside another, renumbered',
      statement: sql`select ${1} where ${inner} or d = ${3}`,
      text: 'select $1 where b = $2 and c = $3 or d = $4',
      values: ['1', '2', 'x', '3'],
    },
    {
      name: 'the same statement twice',
      statement: sql`${inner} or ${inner}`,
      text: 'b = $1 and c = $2 or b = $3 and c = $4',
      values: ['2', 'x', '2', 'x'],
    },
    {
      name: 'a dollar in trusted text is left alone',
      statement: sql`select '$1' = ${'a'} ${raw("and '$2' <> ''")}`,
      text: "select '$1' = $1 and '$2' <> ''",
      values: ['a'],
    },
    { name: 'a name', statement: sql`from ${ident('a"b')}`, text: 'from "a""b"', values: [] },
    { name: 'a name with schema', statement: ident(['a', 'b.c']), text: '"a"."b.c"', values: [] },
    { name: 'values joined', statement: sql`in (${join([1, 2])})`, text: 'in ($1, $2)', values: ['1', '2'] },
    {
      name: 'statements joined',
      statement: join([sql`a = ${1}`, sql`b`], ' and '),
      text: 'a = $1 and b',
      values: ['1'],
    },
    { name: 'nothing joined', statement: sql`select ${join([])}`, text: 'select ', values: [] },
  ]
  it.each(cases)('$name', ({ statement, text, values }) => {
    expect({ text: statement.text, values: statement.values }).toEqual({ text, values })
  })

  it('refuses a statement it did not make, and a name with NUL', () => {
    expect(() => sql`select ${{ text: 'x', values: [] }}`).toThrow('Only statements made by sql')
    expect(() => ident('a\0b')).toThrow('NUL')
  })
})

describe('values become text', () => {
  const cases = [
    { value: null, text: null },
    { value: true, text: 'true' },
    { value: 10n ** 20n, text: '100000000000000000000' },
    { value: new Date('2026-01-02T03:04:05.678Z'), text: '2026-01-02T03:04:05.678Z' },
    { value: new Uint8Array([0, 15, 255]), text: '\\x000fff' },
    { value: { json: { a: ['"'] } }, text: '{"a":["\\""]}' },
    { value: { json: null }, text: 'null' },
    { value: [1, 2], text: '{"1","2"}' },
    { value: [], text: '{}' },
    { value: ['a,b', 'c"d', 'e\\f', '', 'NULL', null], text: '{"a,b","c\\"d","e\\\\f","","NULL",NULL}' },
    { value: [[1], [2]], text: '{{"1"},{"2"}}' },
    { value: [{ json: { a: 1 } }], text: '{"{\\"a\\":1}"}' },
  ]
  it.each(cases)('$value → $text', ({ value, text }) => {
    expect(sql`${value}`.values).toEqual([text])
  })

  it('refuses what has no text form', () => {
    expect(() => sql`${undefined as unknown as string}`).toThrow('use null')
    expect(() => sql`${{} as unknown as string}`).toThrow('{ json: … }')
  })
})
