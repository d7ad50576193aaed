// The difference of two schemas, applied to the one, makes the other: for every kind of object that owners make.
// What the server says of both afterwards is compared without the library that wrote the statements.

import { openPool } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DiffOptions, diffSchemas } from '../src/index.ts'
import { diffCases } from './diff-cases.ts'
import { listObjects } from './list-objects.ts'

const openProject = async (): Promise<TestDatabase> => {
  const database = await testDatabase({ template: 'project' })
  onTestFinished(() => database.drop())
  return database
}

/** As the owner of a project. */
const run = async (database: TestDatabase, text: string): Promise<void> => {
  const pool = openPool({ ...database.as('postgres'), size: 1, applicationName: 'owner' })
  try {
    await pool.session((session) => session.script(text))
  } finally {
    await pool.close()
  }
}

const pair = async (before: string, change: string) => {
  const [from, to] = await Promise.all([openProject(), openProject()])
  for (const database of [from, to]) if (before !== '') await run(database, before)
  if (change !== '') await run(to, change)
  const diff = (more: Partial<DiffOptions> = {}) =>
    diffSchemas({ from: from.as('postgres'), to: to.as('postgres'), ...more })
  return { from, to, diff }
}

/** Each case in a schema of its own, so that one difference holds them all. */
const place = (text: string, index: number): string => text.replaceAll('public.', `case_${index}.`)
const schemas = diffCases.map((_, index) => `create schema case_${index}`).join(';')
const before = [schemas, ...diffCases.map(({ before = '' }, index) => place(before, index))].join(';')
const changes = diffCases.map(({ change }, index) => place(change, index)).join(';')

test('every kind of object, there and back', async () => {
  const { from, to, diff } = await pair(before, changes)
  const [original, wanted] = [await listObjects(from.admin), await listObjects(to.admin)]
  for (const { sql } of (await diff()).changes) await run(from, sql)
  expect(await listObjects(from.admin)).toEqual(wanted)
  expect((await diff()).sql).toBe('')
  const blank = await openProject()
  await run(blank, before)
  const back = await diffSchemas({ from: to.as('postgres'), to: blank.as('postgres') })
  for (const { sql } of back.changes) await run(to, sql)
  expect(await listObjects(to.admin)).toEqual(original)
})

describe('what is compared', () => {
  const change = `create schema app; create table app.inside (id int); create table public.outside (id int);
    comment on table app.inside is 'in'; comment on table public.outside is 'out'; grant select on public.outside to anon`

  test('only the schemas that are named', async () => {
    const { diff } = await pair('create schema app', change.replace('create schema app;', ''))
    const { sql } = await diff({ schemas: ['app'] })
    expect(sql).toContain('inside')
    expect(sql).not.toContain('outside')
  })

  test('not what belongs to the platform', async () => {
    const { to, diff } = await pair('', '')
    await to.admin.session((session) => session.script('alter table auth.users add extra text'))
    expect((await diff()).sql).toBe('')
  })

  test('rows are no part of a schema', async () => {
    const { diff } = await pair('create table public.t (a int)', 'insert into public.t values (1)')
    expect(await diff()).toMatchObject({ sql: '', changes: [], notCompared: [] })
  })

  test('what is not compared is named', async () => {
    const { diff } = await pair('', 'create text search configuration public.mine (copy = simple)')
    const { sql, notCompared } = await diff()
    expect([sql, notCompared.length]).toEqual(['', 1])
  })
})

test('a hundred tables are written once each', async () => {
  const tables = Array.from(
    { length: 100 },
    (_, n) => `create table public.t${n} (id int primary key, a text)`,
  )
  const { diff } = await pair('', tables.join(';'))
  const { sql } = await diff()
  expect(sql.match(/CREATE TABLE/gi)).toHaveLength(100)
})
