// The way of a newcomer: start, create a project, migrate, use it with supabase-js; a second project stays closed
// to the first one's keys; stop leaves nothing behind.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Installation, startInstallation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { until } from '../src/until.ts'

const schema = `
  create table public.lists (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid() references auth.users on delete cascade,
    name text not null
  );
  create table public.items (
    id bigint generated always as identity primary key,
    list_id bigint not null references public.lists on delete cascade,
    title text not null, done boolean not null default false
  );
  alter table public.lists enable row level security;
  alter table public.items enable row level security;
  create policy own on public.lists for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create policy own on public.items for all to authenticated
    using (exists (select from public.lists where lists.id = list_id))
    with check (exists (select from public.lists where lists.id = list_id));
  create function public.count_items() returns bigint language sql stable as 'select count(*) from public.items';
`

let installation: Installation
let manage: Manage
let first: Project
let second: Project

beforeAll(async () => {
  installation = await startInstallation()
  manage = makeManage(installation)
  first = await createProject(manage, 'first')
  second = await createProject(manage, 'second')
  const applied = await manage('POST', `/v1/projects/${first.ref}/database/migrations`, {
    query: schema,
    name: 'lists_and_items',
  })
  expect(applied.status).toBe(200)
})

afterAll(async () => installation?.remove())

const client = (project: Project, key = project.keys.publishable): SupabaseClient =>
  createClient(project.url, key, { auth: { persistSession: false, autoRefreshToken: false } })

/** A connection to a project's database as its owner. */
const ownerOf = ({ ref }: Project, password: string) =>
  new pg.Client({
    host: '127.0.0.1',
    port: installation.dbPort,
    user: `postgres.${ref}`,
    password,
    database: 'postgres',
  })

const signedUp = async (email: string): Promise<SupabaseClient> => {
  const supabase = client(first)
  const { data, error } = await supabase.auth.signUp({ email, password: 'correct horse' })
  expect(error).toBeNull()
  expect(data.session?.user.email).toBe(email)
  return supabase
}

describe('start', () => {
  test('the terminal shows where everything is and the credentials, once', () => {
    expect(installation.output()).toContain(`Management API   http://localhost:${installation.port}/v1`)
    expect(installation.output()).toContain(installation.token)
  })

  test('first-run.json keeps the credentials for their owner only', () => {
    const file = join(installation.data, 'first-run.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ access_token: installation.token })
  })

  test('GET /health answers 200', async () => {
    expect((await fetch(`${installation.api}/health`)).status).toBe(200)
  })

  test('no secret stands in a command line', () => {
    const secrets = [installation.token, first.password, first.keys.secret, first.keys.service]
    for (const { command } of processesOf(installation.data)) {
      for (const secret of secrets) expect(command).not.toContain(secret)
    }
  })
})

describe('Management API', () => {
  test('migrations are recorded', async () => {
    const { status, body } = await manage('GET', `/v1/projects/${first.ref}/database/migrations`)
    expect(status).toBe(200)
    expect(body).toEqual([{ version: expect.stringMatching(/^\d{14}$/), name: 'lists_and_items' }])
  })

  test('types describe the tables', async () => {
    const { body } = await manage('GET', `/v1/projects/${first.ref}/types/typescript`)
    expect(body.types).toMatch(/lists: \{\s+Row: \{/)
  })

  test('health reports every service that was asked for, in order', async () => {
    const { status, body } = await manage('GET', `/v1/projects/${first.ref}/health?services=auth,rest,db`)
    expect(status).toBe(200)
    expect(body.map((one: { name: string; status: string }) => `${one.name} ${one.status}`)).toEqual([
      'auth ACTIVE_HEALTHY',
      'rest ACTIVE_HEALTHY',
      'db ACTIVE_HEALTHY',
    ])
  })
})

describe('supabase-js', () => {
  test('two users see their own rows, a visitor none', async () => {
    const ada = await signedUp('ada@example.com')
    const ben = await signedUp('ben@example.com')
    const { data: list, error } = await ada.from('lists').insert({ name: 'errands' }).select().single()
    expect(error).toBeNull()
    expect(
      (
        await ada.from('items').insert([
          { list_id: list.id, title: 'tea' },
          { list_id: list.id, title: 'milk' },
        ])
      ).error,
    ).toBeNull()
    expect((await ben.from('items').insert({ list_id: list.id, title: 'mine' })).error?.code).toBe('42501')

    const nested = await ada
      .from('lists')
      .select('name, items(title, done)')
      .order('id', { referencedTable: 'items' })
    expect(nested.data).toEqual([
      {
        name: 'errands',
        items: [
          { title: 'tea', done: false },
          { title: 'milk', done: false },
        ],
      },
    ])
    expect((await ben.from('lists').select()).data).toEqual([])
    expect((await client(first).from('lists').select()).data).toEqual([])
    expect((await ada.rpc('count_items')).data).toBe(2)
    expect((await ben.rpc('count_items')).data).toBe(0)

    expect((await ada.from('items').update({ done: true }).eq('title', 'tea').select('title')).data).toEqual([
      { title: 'tea' },
    ])
    expect((await ada.from('items').delete().eq('title', 'milk').select('title')).data).toEqual([
      { title: 'milk' },
    ])
    expect((await client(first, first.keys.secret).from('items').select('title')).data).toEqual([
      { title: 'tea' },
    ])
  })

  test('a session is refreshed, and ended by signing out', async () => {
    const carl = await signedUp('carl@example.com')
    const before = (await carl.auth.getSession()).data.session
    const { data } = await carl.auth.refreshSession()
    expect(data.session?.refresh_token).not.toBe(before?.refresh_token)
    expect((await carl.auth.getUser()).data.user?.email).toBe('carl@example.com')
    expect((await carl.auth.signOut()).error).toBeNull()
    const again = await client(first).auth.refreshSession({
      refresh_token: data.session?.refresh_token ?? '',
    })
    expect(again.error?.code).toBe('refresh_token_not_found')
    const wrong = await client(first).auth.signInWithPassword({
      email: 'carl@example.com',
      password: 'wrong',
    })
    expect(wrong.error?.code).toBe('invalid_credentials')
  })

  test('the service key administers users', async () => {
    const admin = client(first, first.keys.secret).auth.admin
    const { data } = await admin.createUser({
      email: 'dora@example.com',
      password: 'correct horse',
      email_confirm: true,
    })
    expect(data.user?.email).toBe('dora@example.com')
    const { data: list } = await admin.listUsers()
    expect(list.users.map((user) => user.email)).toContain('dora@example.com')
    expect((await admin.deleteUser(data.user?.id ?? '')).error).toBeNull()
    expect((await client(first).auth.admin.listUsers()).error?.status).toBe(403)
  })

  test('a new table is visible to the API, without a restart', async () => {
    await query(
      manage,
      first.ref,
      'create table public.fresh (id int primary key); insert into public.fresh values (1)',
    )
    await expect.poll(async () => (await client(first).from('fresh').select()).data?.length).toBe(1)
  })
})

describe('addresses', () => {
  test.each(['first', 'second'])('the host name leads to the project: %s', async (name) => {
    const project = name === 'first' ? first : second
    const status = await new Promise((resolve, reject) => {
      const asked = request(
        {
          port: installation.port,
          path: '/auth/v1/settings',
          headers: { host: project.host, apikey: project.keys.anon },
        },
        (reply) => resolve(reply.resume().statusCode),
      )
      asked.on('error', reject).end()
    })
    expect(status).toBe(200)
  })

  test('psql reaches the database with the owner’s password', async () => {
    const db = ownerOf(first, first.password)
    await db.connect()
    const { rows } = await db.query(
      'select current_user, (select rolsuper from pg_roles where rolname = current_user)',
    )
    await db.end()
    expect(rows).toEqual([{ current_user: 'postgres', rolsuper: false }])
  })
})

describe('isolation', () => {
  test('keys of one project open no other', async () => {
    for (const key of Object.values(first.keys)) {
      const reply = await fetch(`${second.url}/rest/v1/`, { headers: { apikey: key } })
      expect(reply.status).toBe(401)
    }
  })

  test('a user token of one project is no user in the other', async () => {
    const ada = client(first)
    const { data } = await ada.auth.signUp({ email: 'erin@example.com', password: 'correct horse' })
    const reply = await fetch(`${second.url}/rest/v1/lists`, {
      headers: { apikey: second.keys.anon, authorization: `Bearer ${data.session?.access_token}` },
    })
    expect(reply.status).toBe(401)
    expect(await reply.json()).toMatchObject({ code: 'PGRST301' })
  })

  test('the database password of one project opens no other', async () => {
    const db = ownerOf(second, first.password)
    await expect(db.connect()).rejects.toThrow(/password authentication failed/)
  })

  test.runIf(process.getuid?.() === 0)(
    'every project’s files and processes belong to a user of its own',
    () => {
      const owners = [first, second].map(({ ref }) =>
        statSync(join(installation.data, 'clusters', ref, 'data')),
      )
      expect(owners.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700])
      expect(new Set(owners.map(({ uid }) => uid)).size).toBe(2)
      expect(owners.every(({ uid }) => uid >= 700_000)).toBe(true)
    },
  )
})

describe('stop', () => {
  test('SIGTERM ends everything in order, and a second start finds all data', async () => {
    expect(await installation.stop()).toBe(0)
    expect(processesOf(installation.data)).toEqual([])
    expect(existsSync(join(installation.data, 'lock'))).toBe(false)

    installation = await installation.start()
    expect(installation.output()).not.toContain(installation.token)
    const rows = await client(first, first.keys.secret).from('items').select('title')
    expect(rows.data).toEqual([{ title: 'tea' }])
  })

  test('a deleted project is gone: address, files, processes', async () => {
    const removed = await manage('DELETE', `/v1/projects/${second.ref}`)
    expect(removed).toMatchObject({ status: 200, body: { ref: second.ref, name: 'second' } })
    await until(
      'the files to be gone',
      async () => !existsSync(join(installation.data, 'clusters', second.ref)),
    )
    expect(processesOf(installation.data).filter(({ command }) => command.includes(second.ref))).toEqual([])
  })
})
