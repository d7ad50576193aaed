import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../src/parse/csv.ts'

describe('parseCsv', () => {
  it.each<readonly [string, readonly object[]]>([
    ['a,b\n1,x\n', [{ a: '1', b: 'x' }]],
    [
      'a,b\r\n1,x\r\n2,NULL',
      [
        { a: '1', b: 'x' },
        { a: '2', b: null },
      ],
    ],
    ['a\n"1,""2""\n3"', [{ a: '1,"2"\n3' }]],
    ['"a b",c\n,\n', [{ 'a b': '', c: '' }]],
    ['a,b', []],
  ])('reads %j', (text, rows) => expect(JSON.parse(parseCsv(text).json)).toEqual(rows))

  it.each([
    ['', 'not enough input'],
    ['a,b\n1', 'All lines must have same number of fields'],
    ['a\n"1', 'Empty or invalid csv'],
    ['a\n"1"2', 'Empty or invalid csv'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv(text)).toThrow(expect.objectContaining({ code: 'PGRST102', message }))
  })
})
