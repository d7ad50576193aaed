// Changes that travel between a branch and production: merges, rebases, resets, and what stands in their way.

import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create, ended, migrate, redate, sql, history, runs, logs, move, untilBranch } = branchSteps(t)
afterAll(() => t.close())

let parent: string
let branch: { readonly id: string; readonly project_ref: string }
let ref: string
beforeEach(async () => {
  parent = await t.createProject()
  await migrate(parent, 'todos', 'create table public.todos (id int primary key)')
  branch = await create(parent)
  ref = branch.project_ref
})

const diff = async (query = '') => t.asOwner('GET', `/v1/branches/${branch.id}/diff${query}`)
const exists = async (where: string, name: string) =>
  (await sql(where, `select to_regclass('public.${name}') is not null as found`))[0].found
const deploy = async (where: string, slug: string, body: string, verify_jwt = true) => {
  const functions = `/v1/projects/${where}/functions`
  const found = (await t.asOwner('GET', functions)).body.some((one: { slug: string }) => one.slug === slug)
  const reply = found
    ? await t.asOwner('PATCH', `${functions}/${slug}`, { body, verify_jwt })
    : await t.asOwner('POST', functions, { slug, name: slug, body, verify_jwt })
  expect([200, 201]).toContain(reply.status)
}
const deployed = async (where: string) =>
  (await t.asOwner('GET', `/v1/projects/${where}/functions`)).body.map((one: any) => [
    one.slug,
    one.version,
    one.verify_jwt,
  ])

describe('a merge', () => {
  test('brings migrations in order and functions that differ, after a restore point; nothing else', async () => {
    await deploy(ref, 'hello', 'Deno.serve(() => new Response("hi"))', false)
    await deploy(parent, 'kept', 'Deno.serve(() => new Response("kept"))')
    await migrate(ref, 'done', 'alter table public.todos add done boolean')
    await migrate(ref, 'notes', 'create table public.notes (id int)')
    await sql(ref, 'create table public.by_hand (id int)')
    expect((await t.asOwner('POST', `/v1/projects/${ref}/secrets`, [{ name: 'A', value: 'b' }])).status).toBe(
      201,
    )
    expect((await diff()).body).toContain('notes')
    const run = await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
    expect(await history(parent)).toEqual(['todos', 'done', 'notes'])
    expect([await exists(parent, 'notes'), await exists(parent, 'by_hand')]).toEqual([true, false])
    expect(await deployed(parent)).toEqual([
      ['kept', 1, true],
      ['hello', 1, false],
    ])
    expect((await t.asOwner('GET', `/v1/projects/${parent}/secrets`)).body).toEqual([])
    const text = await logs(parent, run)
    expect(text).toContain('2 of them to be run')
    const point = /Restore point (\S+):/.exec(text)?.[1]
    expect(point).toMatch(/^merge-[0-9a-f]{14}$/)
    const points = `/v1/projects/${parent}/database/backups/restore-point?name=${point}`
    expect(await t.asOwner('GET', points)).toMatchObject({ status: 200, body: { status: 'AVAILABLE' } })
    await untilBranch(ref, 'FUNCTIONS_DEPLOYED')
    await untilBranch(parent, 'FUNCTIONS_DEPLOYED')
  })

  test('twice changes nothing more', async () => {
    await deploy(ref, 'hello', 'Deno.serve(() => new Response("hi"))')
    await migrate(ref, 'notes', 'create table public.notes (id int)')
    await move(branch.id, 'merge')
    await ended(ref)
    const before = t.host.specs.length
    await untilBranch(ref, 'FUNCTIONS_DEPLOYED')
    const run = await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
    const text = await logs(ref, run)
    expect(text).toContain('No migration is missing.')
    expect(text).toContain('No function differs.')
    expect(text).not.toContain('Restore point')
    expect(t.host.specs.length).toBe(before)
    expect((await diff()).body).toBe('')
  })

  test('goes as far as it is told', async () => {
    const version = await migrate(ref, 'one', 'create table public.one (id int)')
    await migrate(ref, 'two', 'create table public.two (id int)')
    const path = `/v1/branches/${branch.id}/merge`
    expect((await t.asOwner('POST', path, { migration_version: '20010101000000' })).status).toBe(422)
    await move(branch.id, 'merge', { migration_version: version })
    await ended(ref)
    expect([await exists(parent, 'one'), await exists(parent, 'two')]).toEqual([true, false])
  })

  test('that fails keeps what came before, says which migration and why, and can be mended', async () => {
    await sql(parent, 'create table public.taken (id int)')
    await migrate(ref, 'good', 'create table public.good (id int)')
    await migrate(ref, 'bad', 'create table public.half (id int); create table public.taken (id int)')
    await migrate(ref, 'after', 'create table public.after (id int)')
    const run = await move(branch.id, 'merge')
    expect(await ended(ref)).toContain('migrate DEAD,seed CREATED')
    await untilBranch(ref, 'MIGRATIONS_FAILED')
    expect(await history(parent)).toEqual(['todos', 'good'])
    expect([await exists(parent, 'half'), await exists(parent, 'after')]).toEqual([false, false])
    expect(await logs(ref, run)).toMatch(
      /Migration \d{14} bad failed and was rolled back.*"taken" already exists/s,
    )
    await sql(parent, 'drop table public.taken')
    await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
    expect(await history(parent)).toEqual(['todos', 'good', 'bad', 'after'])
    await untilBranch(ref, 'FUNCTIONS_DEPLOYED')
  })

  test('with production ahead goes on and says so', async () => {
    await migrate(ref, 'mine', 'create table public.mine (id int)')
    const theirs = '20990101000000'
    await migrate(parent, 'theirs', 'create table public.theirs (id int)')
    await redate(parent, 'theirs', theirs)
    const run = await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
    expect(await logs(ref, run)).toContain(`Production has migrations that the branch lacks: ${theirs}`)
    expect((await history(parent)).toSorted()).toEqual(['mine', 'theirs', 'todos'])
  })

  test('where one version means two things changes nothing', async () => {
    const version = '20990101000000'
    const insert = (statements: string) =>
      `insert into supabase_migrations.schema_migrations (version, name, statements) values ('${version}', 'x', array['${statements}'])`
    await sql(parent, insert('select 1'))
    await sql(ref, insert('select 2'))
    await migrate(ref, 'notes', 'create table public.notes (id int)')
    const run = await move(branch.id, 'merge')
    expect(await ended(ref)).toContain('pull DEAD')
    expect(await logs(ref, run)).toContain(`different statements: ${version}`)
    expect(await exists(parent, 'notes')).toBe(false)
    await sql(
      ref,
      `update supabase_migrations.schema_migrations set statements = array['select 1;'] where version = '${version}'`,
    )
    await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
  })

  test('runs statements that take no transaction', async () => {
    await migrate(ref, 'plain', 'select 1')
    await sql(
      ref,
      `update supabase_migrations.schema_migrations
          set statements = array['create index concurrently todos_id on public.todos (id)'] where name = 'plain'`,
    )
    await move(branch.id, 'merge')
    expect(await ended(ref)).not.toContain('DEAD')
    expect([await exists(parent, 'todos_id'), await history(parent)]).toEqual([true, ['todos', 'plain']])
  })

  test('many at once are one; the branch stays until it is over', async () => {
    // The merge goes on until production may go.
    await sql(ref, 'create table public.go (); insert into public.go default values')
    await sql(parent, 'create table public.go ()')
    const hold =
      'do $$ begin while not exists (select from public.go) loop perform pg_sleep(0.02); end loop; end $$'
    for (const n of [1, 2, 3]) await migrate(ref, `m${n}`, `${hold}; create table public.m${n} (id int)`)
    const path = `/v1/branches/${branch.id}`
    const ask = () => t.asOwner('POST', `${path}/merge`, {})
    const replies = await Promise.all([ask(), ask(), ask()])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
    expect((await t.asOwner('POST', `${path}/reset`, {})).status).toBe(409)
    expect((await t.asOwner('DELETE', path)).status).toBe(409)
    await sql(parent, 'insert into public.go default values')
    expect(await ended(ref)).not.toContain('DEAD')
    expect((await history(parent)).length).toBe(4)
  })

  test('of two branches into one production go one after the other', async () => {
    const other = await create(parent, { branch_name: 'other' })
    await migrate(ref, 'a', 'select pg_sleep(0.3); create table public.a (id int)')
    await migrate(other.project_ref, 'b', 'create table public.b (id int)')
    await redate(other.project_ref, 'b', '20990101000000')
    await move(branch.id, 'merge')
    await move(other.id, 'merge')
    await ended(ref)
    expect(await ended(other.project_ref)).not.toContain('DEAD')
    expect((await history(parent)).toSorted()).toEqual(['a', 'b', 'todos'])
    const [second, first] = await runs(parent)
    const at = (run: any, name: string) => run.run_steps.find((step: any) => step.name === name)
    expect(Date.parse(at(second, 'pull').updated_at)).toBeGreaterThanOrEqual(
      Date.parse(at(first, 'deploy').updated_at),
    )
  })

  test('of a paused branch is refused at once', async () => {
    await t.asOwner('POST', `/v1/projects/${ref}/pause`)
    await t.untilStatus(ref, 'INACTIVE')
    expect((await t.asOwner('POST', `/v1/branches/${branch.id}/merge`, {})).status).toBe(409)
  })
})

test('a rebase brings what production has, and keeps what is the branch’s own', async () => {
  await migrate(parent, 'news', 'create table public.news (id int)')
  await migrate(ref, 'mine', 'create table public.mine (id int)')
  await redate(ref, 'mine', '20990101000000')
  await deploy(parent, 'hello', 'Deno.serve(() => new Response("new"))', false)
  await deploy(ref, 'own', 'Deno.serve(() => new Response("own"))')
  await move(branch.id, 'push')
  expect(await ended(ref)).not.toContain('DEAD')
  expect((await history(ref)).toSorted()).toEqual(['mine', 'news', 'todos'])
  expect((await deployed(ref)).map(([slug]: [string]) => slug).toSorted()).toEqual(['hello', 'own'])
  expect(await exists(parent, 'mine')).toBe(false)
})

describe('a reset', () => {
  test('gives a new database with the migrations of the branch, up to one of them', async () => {
    const version = await migrate(ref, 'one', 'create table public.one (id int)')
    await migrate(ref, 'two', 'create table public.two (id int)')
    await sql(ref, 'insert into public.one values (1); create table public.by_hand (id int)')
    await move(branch.id, 'reset', { migration_version: version })
    expect(await ended(ref)).not.toContain('DEAD')
    expect(await history(ref)).toEqual(['todos', 'one'])
    expect(await sql(ref, 'select count(*) as n from public.one')).toEqual([{ n: 0 }])
    expect([await exists(ref, 'two'), await exists(ref, 'by_hand')]).toEqual([false, false])
    expect(await exists(parent, 'todos')).toBe(true)
  })

  test('of a branch whose parent had no migrations begins with the schema it began with', async () => {
    const plain = await t.createProject()
    await sql(
      plain,
      'create table public.old (id int primary key); create view public.seen as select id from public.old',
    )
    const made = await create(plain)
    expect(await exists(made.project_ref, 'seen')).toBe(true)
    await migrate(made.project_ref, 'more', 'alter table public.old add note text')
    await move(made.id, 'reset')
    expect(await ended(made.project_ref)).not.toContain('DEAD')
    expect(await sql(made.project_ref, 'select id, note from public.old')).toEqual([])
    expect(await exists(made.project_ref, 'seen')).toBe(true)
  })
})

test('the difference is limited to schemas that are named', async () => {
  await sql(ref, 'create schema app; create table app.inside (id int); create table public.outside (id int)')
  const all = await diff()
  expect([all.status, all.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
  expect(all.body).toMatch(/inside[\s\S]*outside|outside[\s\S]*inside/)
  const some = (await diff('?included_schemas=app')).body
  expect([some.includes('inside'), some.includes('outside')]).toEqual([true, false])
})
