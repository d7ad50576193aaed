// Listings: what a caller sees as files and folders, page by page.

import { type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  pool = database.admin
  await pool.run(sql`insert into storage.buckets (id, name) values ('b', 'b'), ('other', 'other')`)
  const names = [
    'a.txt',
    'a/1.txt',
    'a/2.txt',
    'a/deep/3.txt',
    'a!b.txt',
    'B.txt',
    'c/4.txt',
    '50%_off.txt',
    'z.txt',
  ]
  for (const [index, name] of names.entries())
    await pool.run(sql`
      insert into storage.objects (bucket_id, name, created_at, updated_at, metadata)
      values ('b', ${name}, ${`2026-01-0${index + 1}T00:00:00.123456Z`}, ${`2026-02-0${9 - index}T00:00:00Z`},
        jsonb_build_object('size', ${index + 1}::int))`)
  await pool.run(sql`insert into storage.objects (bucket_id, name) values ('other', 'elsewhere.txt')`)
})
afterAll(() => database?.drop())

const names = async (statement: ReturnType<typeof sql>): Promise<string[]> =>
  (await pool.query<{ name: string; id: string | null }>(statement)).map(({ name, id }) =>
    id ? name : `${name}/`,
  )

const delimited = (prefix: string, order: string, size: number, after: string) =>
  names(sql`
    select name, id from storage.list_objects_with_delimiter('b', ${prefix}, '/', ${size}, ${after}, '', ${order})`)

const root = ['50%_off.txt', 'B.txt', 'a!b.txt', 'a.txt', 'a/', 'c/', 'z.txt']

describe('list_objects_with_delimiter', () => {
  test.each([
    ['everything, in byte order', '', 'asc', root],
    ['backwards', '', 'desc', root.toReversed()],
    ['inside a folder', 'a/', 'asc', ['a/1.txt', 'a/2.txt', 'a/deep/']],
    ['names that begin alike', 'a', 'asc', ['a!b.txt', 'a.txt', 'a/']],
    ['nothing there', 'nothing/', 'asc', []],
  ])('%s', async (_, prefix, order, expected) => {
    expect(await delimited(prefix, order, 100, '')).toEqual(expected)
  })

  test.each(['asc', 'desc'])('pages of every size join to the whole, %s', async (order) => {
    const whole = order === 'asc' ? root : root.toReversed()
    for (const size of [1, 2, 3, 5]) {
      const seen: string[] = []
      for (;;) {
        const page = await delimited('', order, size, (seen.at(-1) ?? '').replace(/\/$/, ''))
        if (page.length === 0) break
        seen.push(...page)
      }
      expect(seen).toEqual(whole)
    }
  })

  test('without a delimiter there are no folders', async () => {
    const found = await names(sql`select name, id from storage.list_objects_with_delimiter('b', 'a/', '')`)
    expect(found).toEqual(['a/1.txt', 'a/2.txt', 'a/deep/3.txt'])
  })

  test('a folder of many objects costs one step', async () => {
    await pool.run(sql`insert into storage.objects (bucket_id, name)
      select 'other', format('many/%s', i) from generate_series(1, 5000) as i`)
    const found = await names(sql`select name, id from storage.list_objects_with_delimiter('other', '', '/')`)
    expect(found).toEqual(['elsewhere.txt', 'many/'])
    const { 'QUERY PLAN': plan } = await pool.one<{
      'QUERY PLAN': readonly { Plan: { 'Shared Hit Blocks': number } }[]
    }>(sql`
      explain (analyze, buffers, format json)
      select name, id from storage.list_objects_with_delimiter('other', '', '/')`)
    expect(plan[0]?.Plan['Shared Hit Blocks']).toBeLessThan(1000)
  })
})

describe('search', () => {
  const search = (prefix: string, more: object = {}) => {
    const levels = prefix.split('/').length
    const {
      limits = 100,
      offsets = 0,
      text = '',
      column = 'name',
      order = 'asc',
    } = more as Record<string, never>
    return names(sql`
      select name, id from storage.search(${prefix}, 'b', ${limits}, ${levels}, ${offsets}, ${text}, ${column}, ${order})`)
  }
  test.each([
    [
      'by name, files and folders mixed',
      '',
      {},
      ['50%_off.txt', 'a/', 'a!b.txt', 'a.txt', 'B.txt', 'c/', 'z.txt'],
    ],
    ['backwards', '', { order: 'desc' }, ['z.txt', 'c/', 'B.txt', 'a.txt', 'a!b.txt', 'a/', '50%_off.txt']],
    ['one level down', 'a/', {}, ['1.txt', '2.txt', 'deep/']],
    ['a page', '', { limits: 2, offsets: 2 }, ['a!b.txt', 'a.txt']],
    ['text in any case', '', { text: 'b' }, ['B.txt']],
    ['wildcards are letters', '', { text: '50%_' }, ['50%_off.txt']],
    ['wildcards match nothing else', '', { text: '%' }, []],
    [
      'by time, folders first',
      '',
      { column: 'created_at' },
      ['a/', 'c/', 'a.txt', 'a!b.txt', 'B.txt', '50%_off.txt', 'z.txt'],
    ],
    [
      'by other time',
      '',
      { column: 'updated_at' },
      ['a/', 'c/', 'z.txt', '50%_off.txt', 'B.txt', 'a!b.txt', 'a.txt'],
    ],
    ['a column that is none sorts by name', '', { column: 'id; drop table x', limits: 1 }, ['50%_off.txt']],
  ])('%s', async (_, prefix, more, expected) => {
    expect(await search(prefix, more)).toEqual(expected)
  })
})

describe('search_v2', () => {
  test('by name: whole keys, cursor by name', async () => {
    const page = await pool.query(
      sql`select key, name, id is null as folder from storage.search_v2('a/', 'b', 2, 2)`,
    )
    expect(page).toEqual([
      { key: '1.txt', name: 'a/1.txt', folder: false },
      { key: '2.txt', name: 'a/2.txt', folder: false },
    ])
    expect(await names(sql`select name, id from storage.search_v2('a/', 'b', 2, 2, 'a/2.txt')`)).toEqual([
      'a/deep/',
    ])
  })

  test.each(['asc', 'desc'])('by time: pages join to the whole, %s', async (order) => {
    const whole = await names(
      sql`select name, id from storage.search_v2('', 'b', 100, 1, '', ${order}, 'created_at')`,
    )
    expect(whole.toSorted()).toEqual(root.toSorted())
    const seen: string[] = []
    let after = ['', '']
    for (;;) {
      const page = await pool.query<{ name: string; id: string | null; stamp: string }>(sql`
        select name, id, date_trunc('milliseconds', coalesce(created_at, 'epoch'))::text as stamp
        from storage.search_v2('', 'b', 2, 1, ${after[0] ?? ''}, ${order}, 'created_at', ${after[1] ?? ''})`)
      const last = page.at(-1)
      if (!last) break
      seen.push(...page.map(({ name, id }) => (id ? name : `${name}/`)))
      after = [last.name, last.stamp]
    }
    expect(seen).toEqual(whole)
  })
})

test('multipart uploads: by key, then by age, folders once', async () => {
  for (const [index, key] of ['a/1', 'a/2', 'k', 'k', 'm'].entries())
    await pool.run(sql`
      insert into storage.s3_multipart_uploads (id, upload_signature, bucket_id, key, version, created_at)
      values (${`u${index}`}, 's', 'b', ${key}, 'v', ${`2026-01-0${index + 1}T00:00:00Z`})`)
  const list = (size: number, key: string, id: string) =>
    pool.query<{ key: string; id: string | null }>(sql`
      select key, id from storage.list_multipart_uploads_with_delimiter('b', '', '/', ${size}, ${key}, ${id})`)
  expect(await list(10, '', '')).toEqual([
    { key: 'a/', id: null },
    { key: 'k', id: 'u2' },
    { key: 'k', id: 'u3' },
    { key: 'm', id: 'u4' },
  ])
  expect(await list(10, 'k', 'u2')).toEqual([
    { key: 'k', id: 'u3' },
    { key: 'm', id: 'u4' },
  ])
  expect(await list(10, 'k', '')).toEqual([{ key: 'm', id: 'u4' }])
})

test('listings show only what the policies of the caller let through', async () => {
  await pool.run(sql`create policy "folder a" on storage.objects for select to anon using (name like 'a/%')`)
  const rows = await pool.transaction(async (session) => {
    await session.run(sql`set local role anon`)
    return session.query<{ name: string }>(sql`select name from storage.search('', 'b')
      union all select name from storage.list_objects_with_delimiter('b', '', '/')
      union all select name from storage.search_v2('', 'b')`)
  })
  expect(rows).toEqual([{ name: 'a' }, { name: 'a' }, { name: 'a' }])
})
