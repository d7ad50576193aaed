// Errors in psql's words.

import { expect, test } from 'vitest'
import { describeSqlError } from '../../src/database/sql-error.ts'

type Case = readonly [
  name: string,
  failure: Parameters<typeof describeSqlError>[0],
  query: string,
  text: string,
]

const cases: readonly Case[] = [
  ['without a place', { message: 'no', severity: 'ERROR', code: 'P0001' }, 'select 1', 'ERROR:  P0001: no\n'],
  [
    'on the first line',
    { message: 'no', severity: 'ERROR', code: '42601', position: '8' },
    'select x',
    'ERROR:  42601: no\nLINE 1: select x\n               ^\n',
  ],
  [
    'on a later line',
    { message: 'no', severity: 'ERROR', code: '42601', position: '17' },
    'select 1;\nselect x;\nselect 2',
    'ERROR:  42601: no\nLINE 2: select x;\n              ^\n',
  ],
  [
    'behind characters of two units',
    { message: 'no', severity: 'ERROR', code: '42601', position: '13' },
    "select '😀', x",
    "ERROR:  42601: no\nLINE 1: select '😀', x\n                    ^\n",
  ],
  [
    'at the end of the text',
    { message: 'no', severity: 'ERROR', code: '42601', position: '7' },
    'select',
    'ERROR:  42601: no\nLINE 1: select\n              ^\n',
  ],
  [
    'with everything',
    { message: 'no', severity: 'ERROR', code: 'X', detail: 'd', hint: 'h', internalQuery: 'q', where: 'w' },
    '',
    'ERROR:  X: no\nDETAIL:  d\nHINT:  h\nQUERY:  q\nCONTEXT:  w\n',
  ],
]

test.each(cases)('%s', (...[, failure, query, text]) => {
  expect(describeSqlError(failure, query)).toBe(text)
})
