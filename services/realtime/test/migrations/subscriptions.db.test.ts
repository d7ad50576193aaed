// Who is told of which change of a row.

import { type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  pool = database.admin
  await pool.session((session) =>
    session.script(`
      create table public.open (id int primary key, text text, secret text);
      revoke all on public.open from anon, authenticated;
      grant select (id, text) on public.open to anon;
      create table public.mine (id int primary key, owner text);
      alter table public.mine enable row level security;
      create policy mine on public.mine for select to authenticated using (owner = auth.jwt() ->> 'sub');
      insert into public.mine values (1, 'ann'), (2, 'bob');
      create table public.keyless (id int);
      alter table public.keyless enable row level security`),
  )
})
beforeEach(async () => void (await pool.run(sql`delete from realtime.subscription`)))
afterAll(() => database?.drop())

const ids = { ann: '00000000-0000-4000-8000-000000000001', bob: '00000000-0000-4000-8000-000000000002' }

type Subscription = {
  readonly table: string
  readonly id?: string
  readonly claims?: object
  readonly filter?: string
  readonly action?: string
}

const subscribe = ({ table, id = ids.ann, claims = { role: 'anon' }, filter, action = '*' }: Subscription) =>
  pool.run(sql`
    insert into realtime.subscription (subscription_id, entity, claims, filters, action_filter)
    values (${id}, ${`public.${table}`}::regclass, ${JSON.stringify(claims)}::jsonb,
      ${filter ? `{"${filter}"}` : '{}'}::realtime.user_defined_filter[], ${action})`)

const column = (name: string, type: string, typeoid: number, value: unknown) => ({
  name,
  type,
  typeoid,
  value,
})

const change = (table: string, action: string, more: object) => ({
  schema: 'public',
  table,
  action,
  timestamp: '2026-01-01T00:00:00Z',
  pk: [{ name: 'id', type: 'integer' }],
  ...more,
})

const openRow = [
  column('id', 'integer', 23, 1),
  column('text', 'text', 25, 'hello'),
  column('secret', 'text', 25, 'hidden'),
]
const mineRow = (id: number, owner: string) => [
  column('id', 'integer', 23, id),
  column('owner', 'text', 25, owner),
]

const apply = (wal: object, most = 1_048_576) =>
  pool.query(sql`select wal, is_rls_enabled, subscription_ids, errors
    from realtime.apply_rls(${JSON.stringify(wal)}::jsonb, ${most})`)

describe('apply_rls', () => {
  test('columns the role may not select are left out', async () => {
    await subscribe({ table: 'open' })
    expect(await apply(change('open', 'I', { columns: openRow }))).toEqual([
      {
        wal: {
          schema: 'public',
          table: 'open',
          type: 'INSERT',
          commit_timestamp: '2026-01-01T00:00:00Z',
          columns: [
            { name: 'id', type: 'integer' },
            { name: 'text', type: 'text' },
          ],
          record: { id: 1, text: 'hello' },
        },
        is_rls_enabled: false,
        subscription_ids: [ids.ann],
        errors: [],
      },
    ])
  })

  test.each([
    ['(text,eq,hello,f)', true],
    ['(text,eq,hello,t)', false],
    ['(text,neq,hello,f)', false],
    ['(id,gt,0,f)', true],
    ['(id,lt,1,f)', false],
    ['(id,lte,1,f)', true],
    ['(id,in,\\"{1,2}\\",f)', true],
    ['(id,in,\\"{2}\\",f)', false],
    ['(text,like,he%,f)', true],
    ['(text,ilike,HE%,f)', true],
    ['(text,match,^h,f)', true],
    ['(text,imatch,^H,f)', true],
    ['(text,is,null,f)', false],
    ['(text,is,null,t)', true],
    ['(text,isdistinct,x,f)', true],
  ])('filter %s: %s', async (filter, seen) => {
    await subscribe({ table: 'open', filter })
    const rows = await apply(change('open', 'I', { columns: openRow }))
    expect(rows.flatMap((row) => row['subscription_ids'])).toEqual(seen ? [ids.ann] : [])
  })

  test('the policy decides for each subscriber, and the session is as before', async () => {
    await subscribe({ table: 'mine', id: ids.ann, claims: { role: 'authenticated', sub: 'ann' } })
    await subscribe({ table: 'mine', id: ids.bob, claims: { role: 'authenticated', sub: 'bob' } })
    const rows = await apply(change('mine', 'I', { columns: mineRow(2, 'bob') }))
    expect(rows).toMatchObject([{ is_rls_enabled: true, subscription_ids: [ids.bob], errors: [] }])
    expect(await pool.one(sql`select current_user::text as who`)).toEqual({ who: 'supabase_admin' })
  })

  test('of a deleted row with policies only the key is told, to all', async () => {
    await subscribe({ table: 'mine', claims: { role: 'authenticated', sub: 'eve' } })
    const [row] = await apply(change('mine', 'D', { identity: mineRow(2, 'bob') }))
    expect(row).toMatchObject({ subscription_ids: [ids.ann], wal: { type: 'DELETE', old_record: { id: 2 } } })
    expect(JSON.stringify(row)).not.toContain('bob')
  })

  test('an update tells what was before', async () => {
    await subscribe({ table: 'open' })
    const wal = change('open', 'U', { columns: openRow, identity: [column('id', 'integer', 23, 0)] })
    expect(await apply(wal)).toMatchObject([{ wal: { record: { id: 1 }, old_record: { id: 0 } } }])
  })

  test.each([
    ['INSERT', 'I', 1],
    ['UPDATE', 'I', 0],
    ['*', 'I', 1],
  ])('listening for %s, %s happens: %i', async (action, happens, count) => {
    await subscribe({ table: 'open', action })
    expect(await apply(change('open', happens, { columns: openRow }))).toHaveLength(count)
  })

  test.each([
    {
      error: 'Error 400: Bad Request, no primary key',
      table: 'keyless',
      more: { pk: [], columns: [column('id', 'integer', 23, 1)] },
    },
    { error: 'Error 401: Unauthorized', table: 'open', more: { columns: openRow } },
  ])('$error', async ({ table, more, error }) => {
    await subscribe({ table, claims: { role: 'authenticated' } })
    const [row] = await apply(change(table, 'I', more))
    expect(row).toMatchObject({ errors: [error] })
    expect(row?.['wal']).not.toHaveProperty('record')
  })

  test('too large', async () => {
    await subscribe({ table: 'open' })
    const columns = [column('id', 'integer', 23, 1), column('text', 'text', 25, 'x'.repeat(2000))]
    expect(await apply(change('open', 'I', { columns }), 1024)).toMatchObject([
      { errors: ['Error 413: Payload Too Large'], wal: { record: { id: 1 } } },
    ])
  })
})

describe('a subscription that could never match is refused', () => {
  test.each([
    ['(nothing,eq,1,f)', 'invalid column for filter nothing'],
    ['(secret,eq,1,f)', 'invalid column for filter secret'],
    ['(id,eq,abc,f)', 'invalid input syntax for type integer'],
    ['(text,is,maybe,f)', 'invalid value for `is` filter: maybe'],
    [
      `(id,in,\\"{${Array.from({ length: 101 }, (_, i) => i)}}\\",f)`,
      'too many values for `in` filter. Maximum 100',
    ],
  ])('%s', async (filter, reason) => {
    await expect(subscribe({ table: 'open', filter })).rejects.toThrow(reason)
  })

  test('the same subscription twice', async () => {
    await subscribe({ table: 'open' })
    await expect(subscribe({ table: 'open' })).rejects.toMatchObject({ sqlstate: '23505' })
  })

  test('the API roles may look, not touch', async () => {
    const touch = pool.transaction(async (session) => {
      await session.run(sql`set local role authenticated`)
      await session.query(sql`select from realtime.subscription`)
      await session.run(sql`delete from realtime.subscription`)
    })
    await expect(touch).rejects.toThrow('permission denied')
  })
})

test.each([
  ['public.open', 'public.open'],
  ['"odd schema"."a.b,c*"', 'odd\\ schema.a\\.b\\,c\\*'],
])('quote_wal2json of %s', async (name, expected) => {
  await pool.session((session) =>
    session.script(
      'create schema if not exists "odd schema"; create table if not exists "odd schema"."a.b,c*" (id int)',
    ),
  )
  expect(await pool.one(sql`select realtime.quote_wal2json(${name}::regclass) as quoted`)).toEqual({
    quoted: expected,
  })
})

test('list_changes asks the slot it is given', async () => {
  await pool.run(sql`alter publication supabase_realtime add table public.open`)
  await expect(
    pool.query(sql`select * from realtime.list_changes('supabase_realtime', 'no_slot', 10, 1000)`),
  ).rejects.toThrow('replication slot "no_slot" does not exist')
  expect(
    await pool.query(sql`select * from realtime.list_changes('no_publication', 'no_slot', 10, 1000)`),
  ).toEqual([])
})
