// Indexes that would make a query cheaper, as the extension index_advisor finds them.

import { openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let database: TestDatabase
let owner: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  owner = openPool({ ...database.as('postgres'), size: 1, applicationName: 'owner' })
  await owner.session((session) =>
    session.script(`
      create extension index_advisor with schema extensions cascade;
      create table books (id int primary key, title text not null, "Author Id" int, meta jsonb);
      create table authors (id int primary key, name varchar);
      insert into books select n, 'title ' || n, n % 100 from generate_series(1, 20000) as n;
      insert into authors select n, 'name ' || n from generate_series(1, 100) as n;
      analyze books, authors`),
  )
})
afterAll(async () => {
  await owner?.close()
  await database?.drop()
})

type Advice = {
  readonly total_cost_before: number | null
  readonly total_cost_after: number | null
  readonly index_statements: readonly string[]
  readonly errors: readonly string[]
}
const advise = (query: string) => owner.one<Advice>(sql`select * from index_advisor(${query})`)

test.each([
  ["select id from books where title = 'title 7'", ['CREATE INDEX ON public.books USING btree (title)']],
  [
    '-- with a comment\nselect * from books where title = $1;',
    ['CREATE INDEX ON public.books USING btree (title)'],
  ],
  [
    'select * from books where "Author Id" = $1 and id > 5',
    ['CREATE INDEX ON public.books USING btree ("Author Id")'],
  ],
  ["update books set meta = null where title = 'x'", ['CREATE INDEX ON public.books USING btree (title)']],
])('%s', async (query, statements) => {
  const advice = await advise(query)
  expect(advice).toMatchObject({ index_statements: statements, errors: [] })
  expect(advice.total_cost_after).toBeLessThan(advice.total_cost_before ?? 0)
})

test('what has its index already needs none', async () => {
  const advice = await advise('select * from books where id = $1')
  expect(advice).toMatchObject({ index_statements: [], errors: [] })
  expect(advice.total_cost_after).toBe(advice.total_cost_before)
})

test.each([
  ['select nothing from books', 'column "nothing" does not exist'],
  ['select 1; drop table books', 'Query must not contain a semicolon'],
])('%s is answered with what is wrong', async (query, reason) => {
  expect(await advise(query)).toMatchObject({
    index_statements: [],
    errors: [reason],
    total_cost_before: null,
  })
})

test('a statement of the REST API takes its first parameter for JSON', async () => {
  const advice = await advise(`
    WITH pgrst_source AS (WITH pgrst_payload AS (SELECT $1 AS json_data), pgrst_body AS (
      SELECT CASE WHEN json_typeof(json_data) = $2 THEN json_data ELSE json_build_array(json_data) END AS val
      FROM pgrst_payload) SELECT * FROM pgrst_body) SELECT count(*) FROM pgrst_source`)
  expect(advice.errors).toEqual([])
})

test('nothing is left behind', async () => {
  await advise('select * from books where title = $1')
  expect(await owner.query(sql`select from pg_prepared_statements where name like 'index_advisor%'`)).toEqual(
    [],
  )
  expect(await owner.query(sql`select from hypopg()`)).toEqual([])
  expect(await owner.query(sql`select 1 as n from books where id = 1`)).toEqual([{ n: 1 }])
})
