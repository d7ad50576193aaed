// Hostile words in bodies: as keys, values, CSV, form fields and arguments. What can be stored comes back word for word,
// what cannot is the caller's error, and nothing is executed.

import { raw } from '@plinth/postgres'
import { describe, expect, it } from 'vitest'
import type { Ask } from '../a-studio.ts'
import { withStudio } from '../run-table.ts'

const { studio } = withStudio()

const words = [
  `'; drop table studio.reels; --`,
  `"; drop table studio.reels; --`,
  `'); delete from studio.films; select ('`,
  `$1`,
  `$$; drop table studio.reels; $$`,
  `\\'; drop table studio.reels; --`,
  `E'\\x27'; drop table studio.reels`,
  `\n\\.\ndrop table studio.reels;`,
  `/* */`,
  `pg_sleep(5)`,
  `(select version())`,
  `constructor`,
  `__proto__`,
  `{"a":1}`,
  `{1,2}`,
  `☃`.repeat(500),
]

const json = { 'content-type': 'application/json' }
const csv = { 'content-type': 'text/csv' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`

type Place = readonly [name: string, ask: (word: string) => Ask]

/** Words that are names of something: nothing has such a name. */
const names: readonly Place[] = [
  ['key', (word) => ({ method: 'POST', path: '/reels', headers: json, body: `{${JSON.stringify(word)}:1}` })],
  [
    'key of a second row',
    (word) => ({
      method: 'POST',
      path: '/reels',
      headers: json,
      body: `[{"label":"a"},{${JSON.stringify(word)}:1}]`,
    }),
  ],
  [
    'key of a change',
    (word) => ({
      method: 'PATCH',
      path: '/reels?label=eq.x',
      headers: json,
      body: `{${JSON.stringify(word)}:1}`,
    }),
  ],
  ['CSV header', (word) => ({ method: 'POST', path: '/reels', headers: csv, body: `${quoted(word)}\n1\n` })],
  [
    'form field',
    (word) => ({ method: 'POST', path: '/reels', headers: form, body: `${encodeURIComponent(word)}=1` }),
  ],
  [
    'argument name',
    (word) => ({ method: 'POST', path: '/rpc/setting', headers: json, body: `{${JSON.stringify(word)}:1}` }),
  ],
  [
    'argument field',
    (word) => ({
      method: 'POST',
      path: '/rpc/setting',
      headers: form,
      body: `${encodeURIComponent(word)}=1`,
    }),
  ],
  ['number', (word) => ({ method: 'POST', path: '/reels', body: { meters: word } })],
  ['enum', (word) => ({ method: 'POST', path: '/films', body: { title: 'x', stage: word } })],
  ['number argument', (word) => ({ method: 'POST', path: '/rpc/add', body: { a: word } })],
]

/** Words that are values: they come back as they are. */
const values: readonly Place[] = [
  ['value', (word) => ({ method: 'POST', path: '/reels?select=label', body: { label: word } })],
  [
    'value of many rows',
    (word) => ({
      method: 'POST',
      path: '/reels?select=label&columns=label',
      body: [{ label: word, x: word }],
    }),
  ],
  [
    'value of a change',
    (word) => ({ method: 'PATCH', path: '/reels?select=label&label=eq.spare', body: { label: word } }),
  ],
  [
    'CSV cell',
    (word) => ({
      method: 'POST',
      path: '/reels?select=label',
      headers: csv,
      body: `label\n${quoted(word)}\n`,
    }),
  ],
  [
    'form value',
    (word) => ({
      method: 'POST',
      path: '/reels?select=label',
      headers: form,
      body: `label=${encodeURIComponent(word)}`,
    }),
  ],
]

/** A scalar comes back as it is. */
const scalars: readonly Place[] = [
  ['a whole text', (word) => ({ path: '/rpc/shout', headers: { 'content-type': 'text/plain' }, body: word })],
  ['a list of words', (word) => ({ path: '/rpc/joined', headers: json, body: { words: [word] } })],
]

describe('hostile words in bodies', () => {
  it.each(names)('as %s', async (_name, ask) => {
    for (const word of words) {
      const { status, text } = await studio().ask(ask(word))
      expect({ word, text, isRefused: status >= 400 && status < 500 }).toEqual({
        word,
        text,
        isRefused: true,
      })
    }
  })

  it.each(values)('as %s', async (_name, ask) => {
    await studio().database.admin.run(raw(`insert into studio.reels values ('spare', 1)`))
    for (const word of words) {
      const asked = ask(word)
      const headers = { ...asked.headers, prefer: 'return=representation, tx=rollback' }
      const { body } = await studio().ask({ ...asked, headers })
      expect(body).toEqual([{ label: word }])
    }
    await studio().database.admin.run(raw(`delete from studio.reels where label = 'spare'`))
  })

  it.each(scalars)('as %s', async (_name, ask) => {
    for (const word of words) {
      const { body, text } = await studio().ask({ method: 'POST', ...ask(word) })
      // What looks like JSON is read as such by whoever asks.
      expect(String(JSON.parse(text)).toUpperCase(), String(body)).toBe(word.toUpperCase())
    }
  })

  it('a zero byte is the caller’s error', async () => {
    const { status, body } = await studio().ask({
      method: 'POST',
      path: '/reels',
      headers: json,
      body: String.raw`{"label":"\u0000"}`,
    })
    expect({ status, body }).toMatchObject({ status: 400, body: { code: '22P05' } })
  })

  it('did nothing', async () => {
    const [row] = await studio().database.admin.query(
      raw(`select to_regclass('studio.reels')::text as reels, (select count(*) from studio.films) as films`),
    )
    expect(row).toEqual({ reels: 'studio.reels', films: 3 })
  })
})
