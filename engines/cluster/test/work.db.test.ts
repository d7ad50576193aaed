// What a database does by itself: jobs, requests from SQL, webhooks of tables.

import { type Pool, raw, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place, type TestCluster } from './place.ts'

let place: Place
let cluster: TestCluster
let owner: Pool
let admin: Pool
let stop: () => Promise<void>
beforeAll(async () => {
  // Roles belong to a whole server, so this file has one of its own.
  place = await openPlace()
  cluster = await place.take()
  const server = await cluster.start()
  await cluster.setSecrets()
  owner = cluster.login('postgres')
  admin = cluster.login('supabase_admin')
  stop = async () => {
    await Promise.all([owner.close(), admin.close()])
    await server.stop()
  }
})
afterAll(async () => {
  await stop?.()
  await place?.close()
})

/** Runs statements and takes them back. */
const attempt = async (text: string): Promise<void> => {
  const undo = new Error('undone')
  const outcome = owner.transaction(async (session) => {
    await session.script(text)
    throw undo
  })
  await expect(outcome).rejects.toBe(undo)
}

describe('requests from SQL', () => {
  beforeAll(() => owner.run(sql`create extension pg_net with schema extensions`))
  const queued = (role: string, text: string) =>
    owner.transaction(async (session) => {
      await session.script(`set local role ${role}`)
      const { id } = await session.one<{ id: number }>(sql`${raw(text)}`)
      await session.script('reset role')
      return session.one(sql`
        select method, url, headers, convert_from(body, 'utf8') as body, timeout_milliseconds as ms
        from net.http_request_queue where id = ${id}`)
    })

  test.each([
    [
      'anon',
      `select net.http_get('http://example.com', '{"a b":"ü&="}', '{"x":"y"}') as id`,
      {
        method: 'GET',
        url: 'http://example.com/?a%20b=%C3%BC%26%3D',
        headers: { x: 'y' },
        body: null,
        ms: 5000,
      },
    ],
    [
      'authenticated',
      `select net.http_post('https://example.com/p?q=1#f', '{"a":1}', '{"b":"2"}', '{"X-A":"b"}', 10) as id`,
      {
        method: 'POST',
        url: 'https://example.com/p?q=1&b=2#f',
        headers: { 'X-A': 'b', 'Content-Type': 'application/json' },
        body: '{"a": 1}',
        ms: 10,
      },
    ],
    [
      'service_role',
      `select net.http_delete('https://example.com/x', body => '[1]') as id`,
      { method: 'DELETE', url: 'https://example.com/x', headers: {}, body: '[1]', ms: 5000 },
    ],
  ])('%s queues: %s', async (role, text, expected) => {
    expect(await queued(role, text)).toEqual(expected)
  })

  test.each([
    ["select net.http_get('localhost:6666')", 'Unsupported URL scheme'],
    ["select net.http_get('ftp://example.com')", 'Unsupported URL scheme'],
    ["select net.http_get('/malformed_url')", 'invalid URL "/malformed_url"'],
    ["select net.http_get('https://')", 'No host part in the URL'],
    ['select net.http_get(null)', 'null value in column "url"'],
    ["select net.http_post(null, '{}')", 'null value in column "url"'],
    [
      `select net.http_post('http://a.b', headers => '{"content-type":"text/plain"}')`,
      'Content-Type header must be "application/json"',
    ],
    [
      "insert into net.http_request_queue (method, url, timeout_milliseconds) values ('PUT', 'x', 1)",
      'http_method',
    ],
    ['create trigger t before insert on net._http_response execute function net.wake()', 'permission denied'],
    [
      'create trigger t before insert on net.http_request_queue execute function net.wake()',
      'permission denied',
    ],
  ])('%s is refused', async (text, reason) => {
    await expect(owner.session((session) => session.script(text))).rejects.toThrow(reason)
  })

  test('webhooks of tables send the rows', async () => {
    await owner.session((session) =>
      session.script(`
        select extensions.enable_webhooks();
        select extensions.enable_webhooks();
        create table orders (id int primary key);
        create trigger sends after insert or update or delete on orders for each row
          execute function supabase_functions.http_request('http://example.com/hook', 'POST', '{"x":"y"}', '{}', '700');
        grant all on orders to anon;
        set role anon;
        insert into orders values (1);
        update orders set id = 2;
        delete from orders;
        reset role`),
    )
    const sent = await owner.query(sql`
      select convert_from(body, 'utf8')::jsonb as body, timeout_milliseconds as ms
      from net.http_request_queue join supabase_functions.hooks on request_id = http_request_queue.id
      where hook_table_id = 'orders'::regclass::oid::int and hook_name = 'sends' order by request_id`)
    const about = { table: 'orders', schema: 'public' }
    expect(sent).toEqual([
      { ms: 700, body: { ...about, type: 'INSERT', record: { id: 1 }, old_record: null } },
      { ms: 700, body: { ...about, type: 'UPDATE', record: { id: 2 }, old_record: { id: 1 } } },
      { ms: 700, body: { ...about, type: 'DELETE', record: null, old_record: { id: 2 } } },
    ])
  })

  test.each([
    ['null', 'POST', 'url argument is missing'],
    ['http://example.com', 'null', 'method argument is missing'],
    ['http://example.com', 'PATCH', 'method argument PATCH is invalid'],
  ])('a webhook to %s by %s fails the change', async (url, method, reason) => {
    const work = owner.session((session) =>
      session.script(`
        create temp table t (id int);
        create trigger sends after insert on t for each row
          execute function supabase_functions.http_request('${url}', '${method}');
        insert into t values (1)`),
    )
    await expect(work).rejects.toThrow(reason)
  })
})

describe('jobs', () => {
  beforeAll(() => owner.run(sql`create extension pg_cron with schema extensions`))

  test('whatever schema was named, a dump names the right one', async () => {
    const { schema } = await owner.one<{ schema: string }>(
      sql`select extnamespace::regnamespace::text as schema from pg_extension where extname = 'pg_cron'`,
    )
    expect(schema).toBe('pg_catalog')
  })

  test('run as who made them, and say how it went', async () => {
    await owner.session((session) =>
      session.script(`
        create table ran (who text);
        select cron.schedule('good', '1 second', 'insert into public.ran select current_user || session_user');
        select cron.schedule('bad', '1 second', 'select 1 / 0')`),
    )
    const look = () =>
      owner.query(sql`
        select distinct jobname, username::text, status, return_message as message
        from cron.job_run_details join cron.job using (jobid, username)
        where status in ('succeeded', 'failed') order by jobname`)
    await expect.poll(look).toEqual([
      { jobname: 'bad', username: 'postgres', status: 'failed', message: 'ERROR: division by zero' },
      { jobname: 'good', username: 'postgres', status: 'succeeded', message: 'INSERT 0 1' },
    ])
    expect(await owner.query(sql`select distinct who from ran`)).toEqual([{ who: 'postgrespostgres' }])
  })

  test('name no superuser, whatever the owner does to the schema of extensions first', async () => {
    const work = owner.transaction((session) =>
      session.script(`
        drop extension pg_cron;
        alter schema extensions rename to mine;
        create schema extensions;
        create function extensions.check_cron_job() returns trigger language plpgsql as 'begin return new; end';
        set local session_replication_role = replica;
        create extension pg_cron;
        insert into cron.job (schedule, command, username) values ('* * * * *', 'select 1', 'supabase_admin')`),
    )
    await expect(work).rejects.toThrow('permission denied to schedule a job for role "supabase_admin"')
  })

  test('are listed, changed and taken away', async () => {
    const id = await owner.one<{ id: number }>(
      sql`select cron.schedule_in_database('elsewhere', '0 12 $ * *', 'vacuum', 'postgres', active => false) as id`,
    )
    await owner.query(sql`select cron.alter_job(${id.id}, schedule => '*/5 * * * *', active => true)`)
    expect(
      await owner.one(sql`select schedule, command, active from cron.job where jobid = ${id.id}`),
    ).toEqual({
      schedule: '*/5 * * * *',
      command: 'vacuum',
      active: true,
    })
    for (const name of ['good', 'bad', 'elsewhere']) await owner.query(sql`select cron.unschedule(${name})`)
    expect(await owner.query(sql`select from cron.job`)).toEqual([])
  })

  test.each([
    ["select cron.schedule('x', 'often', 'select 1')", /invalid schedule: often/],
    [
      "select cron.schedule_in_database('x', '* * * * *', 'select 1', 'postgres', 'supabase_admin')",
      /role|superuser/,
    ],
    [
      "insert into cron.job (schedule, command, username) values ('* * * * *', 'select 1', 'supabase_admin')",
      /permission denied to schedule a job for role "supabase_admin"/,
    ],
    [
      'create trigger t before insert on cron.job_run_details execute function f()',
      /permission denied|does not exist/,
    ],
    ['create trigger t before insert on cron.job execute function net.wake()', /permission denied/],
    [
      "set session_replication_role = replica; insert into cron.job (schedule, command, username) values ('* * * * *', 'select 1', 'supabase_admin')",
      /permission denied to schedule a job for role "supabase_admin"/,
    ],
    ['drop function plinth.check_cron_job() cascade', /permission denied|must be owner/],
    ['alter schema plinth rename to mine', /must be owner/],
    ['drop trigger plinth_job_role on cron.job', /must be owner/],
    ['alter table cron.job disable trigger plinth_job_role', /must be owner/],
  ] as const)('%s is refused', async (text, reason) => {
    await expect(owner.session((session) => session.script(text))).rejects.toThrow(reason)
  })

  test('not even the superuser schedules one as itself', async () => {
    await expect(admin.query(sql`select cron.schedule('x', '* * * * *', 'select 1')`)).rejects.toThrow(
      /superuser|permission denied to schedule/,
    )
  })

  test('pgaudit is made too, for it is loaded from the start', () =>
    attempt(
      "create extension pgaudit with schema extensions; set pgaudit.log = 'ddl'; drop extension pgaudit",
    ))

  test('go with the extension, and it can be made again', () =>
    attempt('drop extension pg_cron; create extension pg_cron; drop extension pg_cron'))
})
