// Messages sent from the database, and the partitions that hold them.

import { openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

let database: TestDatabase
let pool: Pool
let owner: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  pool = database.admin
  owner = openPool({ ...database.as('postgres'), size: 1, applicationName: 'owner' })
})
beforeEach(async () => void (await pool.run(sql`truncate realtime.messages`)))
afterAll(async () => {
  await owner?.close()
  await database?.drop()
})

const messages = () =>
  pool.query(sql`select topic, event, extension, private, payload, encode(binary_payload, 'hex') as bytes
    from realtime.messages order by inserted_at`)

test('send adds an id to objects that have none', async () => {
  await owner.run(sql`select realtime.send('{"a": 1}', 'e', 'room', false)`)
  await owner.run(sql`select realtime.send('{"id": 7}', 'e', 'room')`)
  await owner.run(sql`select realtime.send('[1]', 'e', 'room')`)
  expect(await messages()).toEqual([
    {
      topic: 'room',
      event: 'e',
      extension: 'broadcast',
      private: false,
      payload: { a: 1, id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      bytes: null,
    },
    { topic: 'room', event: 'e', extension: 'broadcast', private: true, payload: { id: 7 }, bytes: null },
    { topic: 'room', event: 'e', extension: 'broadcast', private: true, payload: [1], bytes: null },
  ])
})

test('send_binary', async () => {
  await owner.run(sql`select realtime.send_binary('\\x00ff'::bytea, 'e', 'room')`)
  expect(await messages()).toMatchObject([{ payload: null, bytes: '00ff', private: true }])
})

test('a message has one payload', async () => {
  await expect(
    pool.run(
      sql`insert into realtime.messages (topic, extension, payload, binary_payload) values ('t', 'broadcast', '1', '\\x00')`,
    ),
  ).rejects.toMatchObject({ constraint: 'messages_one_payload' })
})

test('broadcast_changes from a trigger tells old and new', async () => {
  await owner.session((session) =>
    session.script(`
      create table notes (id int primary key, text text);
      create function tell() returns trigger language plpgsql as $$
      begin
        perform realtime.broadcast_changes('notes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger tell after insert or update or delete on notes for each row execute function tell();
      insert into notes values (1, 'a');
      update notes set text = 'b';
      delete from notes`),
  )
  const payloads = (await messages()).map((row) => row['payload'])
  const base = { schema: 'public', table: 'notes', id: expect.any(String) }
  expect(payloads).toHaveLength(3)
  expect(payloads).toEqual(
    expect.arrayContaining([
      { ...base, operation: 'INSERT', record: { id: 1, text: 'a' }, old_record: null },
      { ...base, operation: 'UPDATE', record: { id: 1, text: 'b' }, old_record: { id: 1, text: 'a' } },
      { ...base, operation: 'DELETE', record: null, old_record: { id: 1, text: 'b' } },
    ]),
  )
})

test('broadcast_changes is for rows', async () => {
  await expect(
    owner.run(
      sql`select realtime.broadcast_changes('t', 'e', 'INSERT', 't', 's', row(1), null, 'STATEMENT')`,
    ),
  ).rejects.toThrow('function can only be triggered for each row, not for each statement')
})

test('a broadcast that is not allowed warns, and what it tells about stays', async () => {
  await owner.session((session) => session.script('create table kept (id int); grant all on kept to anon'))
  await owner.transaction(async (session) => {
    await session.run(sql`set local role anon`)
    await session.run(sql`insert into kept values (1)`)
    await session.run(sql`select realtime.send('{}', 'e', 'room')`)
  })
  expect(await messages()).toEqual([])
  expect(await owner.query(sql`select id from kept`)).toEqual([{ id: 1 }])
})

test('policies on messages know the topic', async () => {
  await owner.session((session) =>
    session.script(
      `create policy room on realtime.messages for insert to anon with check (realtime.topic() = 'room')`,
    ),
  )
  await owner.transaction(async (session) => {
    await session.run(sql`set local role anon`)
    await session.run(sql`select realtime.send('{}', 'e', 'room')`)
    await session.run(sql`select realtime.send('{}', 'e', 'secret')`)
  })
  expect((await messages()).map((row) => row['topic'])).toEqual(['room'])
  expect(await owner.one(sql`select realtime.topic() as topic`)).toEqual({ topic: null })
})

const partitions = async (): Promise<string[]> =>
  (
    await pool.query<{ name: string }>(sql`
      select relname as name from pg_class where relnamespace = 'realtime'::regnamespace
        and relname like 'messages\\_%' and relkind = 'r' order by 1`)
  ).map(({ name }) => name)

/** Of yesterday and of the three days to come. The template may be older than this midnight. */
const due = async (): Promise<string[]> =>
  (
    await pool.query<{ name: string }>(sql`
      select 'messages_' || to_char((now() at time zone 'utc')::date + ahead, 'YYYY_MM_DD') as name
      from generate_series(-1, 3) as ahead order by 1`)
  ).map(({ name }) => name)

test('partitions: made ahead, dropped when old, and again when missing', async () => {
  expect((await partitions()).length).toBeGreaterThanOrEqual(5)
  await pool.session((session) =>
    session.script(`set role supabase_realtime_admin;
      create table realtime.messages_2020_01_01 partition of realtime.messages
      for values from ('2020-01-01') to ('2020-01-02');
      reset role`),
  )
  await pool.run(sql`select realtime.keep_message_partitions()`)
  const kept = await partitions()
  expect(kept).toEqual(expect.arrayContaining(await due()))
  expect(kept).not.toContain('messages_2020_01_01')

  for (const name of kept) await pool.session((session) => session.script(`drop table realtime.${name}`))
  await owner.run(sql`select realtime.send('{}', 'e', 'after a long sleep')`)
  expect(await messages()).toMatchObject([{ topic: 'after a long sleep' }])
  expect(await partitions()).toEqual(await due())
})

test('a partition cannot be read around the policies', async () => {
  const [name = ''] = await partitions()
  for (const role of ['anon', 'authenticated', 'service_role'])
    await expect(
      owner.transaction((session) => session.script(`set local role ${role}; select from realtime.${name}`)),
    ).rejects.toThrow('permission denied')
})

test('the publication carries messages under one name', async () => {
  expect(
    await pool.query(sql`select tablename::text from pg_publication_tables
      where pubname = 'supabase_realtime_messages_publication'`),
  ).toEqual([{ tablename: 'messages' }])
})
