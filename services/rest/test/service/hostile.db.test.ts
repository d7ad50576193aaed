// Hostile words wherever a request can put words: nothing is executed, nothing breaks, errors stay the caller's.

import { raw } from '@plinth/postgres'
import { describe, expect, it } from 'vitest'
import type { Ask } from '../a-studio.ts'
import { withStudio } from '../run-table.ts'

const { studio } = withStudio({ aggregatesEnabled: true, planEnabled: true })

const words = [
  `'; drop table studio.reels; --`,
  `"; drop table studio.reels; --`,
  `1) or 1=1; drop table studio.reels; --`,
  `$1`,
  `$$; drop table studio.reels; $$`,
  `\\'; drop table studio.reels; --`,
  `/* */`,
  `%00`,
  `\u0000`,
  `pg_sleep(5)`,
  `constructor`,
  `__proto__`,
  `{"a":1}`,
  `((((`,
  `\ud800`,
  `☃`.repeat(2000),
]

const places: readonly (readonly [string, (word: string) => Ask])[] = [
  ['relation', (word) => ({ path: `/${word}` })],
  ['function', (word) => ({ path: `/rpc/${word}` })],
  ['filter column', (word) => ({ path: `/films?${word}=eq.1` })],
  ['filter value', (word) => ({ path: `/films?title=eq.${word}` })],
  ['list', (word) => ({ path: `/films?title=in.(${word})` })],
  ['search language', (word) => ({ path: `/films?title=fts(${word}).cat` })],
  ['search value', (word) => ({ path: `/films?title=wfts.${word}` })],
  ['array value', (word) => ({ path: `/films?tags=cs.${word}` })],
  ['column', (word) => ({ path: `/films?select=${word}` })],
  ['alias', (word) => ({ path: `/films?select=${word}:id` })],
  ['cast', (word) => ({ path: `/films?select=id::${word}` })],
  ['json key', (word) => ({ path: `/people?select=notes->>${word}` })],
  ['embed', (word) => ({ path: `/films?select=${word}(id)` })],
  ['hint', (word) => ({ path: `/films?select=people!${word}(id)` })],
  ['order', (word) => ({ path: `/films?order=${word}` })],
  ['tree', (word) => ({ path: `/films?or=(title.eq.${word},id.eq.1)` })],
  ['limit', (word) => ({ path: `/films?limit=${word}&offset=${word}` })],
  [
    'conflict',
    (word) => ({
      method: 'POST',
      path: `/films?on_conflict=${word}`,
      headers: { prefer: 'resolution=merge-duplicates' },
      body: { title: 'x' },
    }),
  ],
  ['columns', (word) => ({ method: 'POST', path: `/films?columns=${word}`, body: { title: 'x' } })],
  ['argument', (word) => ({ path: `/rpc/setting?name=${word}` })],
]

const encoded = (word: string): string => {
  try {
    return encodeURIComponent(word)
  } catch {
    return '%ED%A0%80'
  }
}

describe('hostile words', () => {
  it.each(places)('as %s', async (_place, ask) => {
    for (const word of words) {
      for (const form of [
        encoded(word),
        encoded(`"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
      ]) {
        const { status, text } = await studio().ask(ask(form))
        expect({ word, status: status < 500 ? 'fine' : status, text: status < 500 ? '' : text }).toEqual({
          word,
          status: 'fine',
          text: '',
        })
      }
    }
  })

  it.each(['prefer', 'accept', 'range', 'accept-profile', 'cookie', 'content-type'])(
    'as header %s',
    async (header) => {
      for (const word of words.filter((each) => /^[\x20-\x7e]+$/.test(each))) {
        const { status, text } = await studio().ask({ path: '/films', headers: { [header]: word } })
        expect({ word, status: status < 500 ? 'fine' : status, text: status < 500 ? '' : text }).toEqual({
          word,
          status: 'fine',
          text: '',
        })
      }
    },
  )

  it.each(['timezone=', 'max-affected=', 'count='])('as preference %s', async (name) => {
    for (const word of words.filter((each) => /^[\x20-\x7e]+$/.test(each))) {
      const { status } = await studio().ask({ path: '/films', headers: { prefer: name + word } })
      expect(status).toBeLessThan(500)
    }
  })

  it('did nothing', async () => {
    const [row] = await studio().database.admin.query<{ reels: string; films: number }>(
      raw(
        `select to_regclass('studio.reels')::text as reels, (select count(*) from studio.films where id < 100) as films`,
      ),
    )
    expect(row).toEqual({ reels: 'studio.reels', films: 3 })
  })
})
