// Settings of the data API, of Postgres and its pooler, seen by clients; of services through what the host is told.

import { join } from 'node:path'
import { readInstallationKey, readSealedFile } from '@plinth/crypto'
import pg from 'pg'
import { expect } from 'vitest'
import type { Installation } from '../../src/installation.ts'
import { type Manage, type Project, query } from '../../src/manage.ts'
import type { Caller, Effect } from './effect.ts'

/** Five numbers, a schema that is not offered, and a function that finds its table only by the search path. */
export const schema = `
  create table public.numbers as select generate_series(1, 5) as n;
  grant select on public.numbers to anon;
  create schema shop;
  create table shop.goods (id int);
  create table shop.hidden (id int);
  create function public.look() returns bigint language plpgsql security definer
    as 'begin return (select count(*) from hidden); end';
  grant usage on schema shop to anon;
  grant select on shop.goods to anon`

export const dataApiEffects = (call: Caller): readonly Effect[] => {
  const path = '/postgrest'
  return [
    {
      name: 'max_rows',
      path,
      change: { max_rows: 2 },
      back: { max_rows: 1000 },
      seen: async () => (await call('/rest/v1/numbers')).body.length,
      before: 5,
      after: 2,
    },
    {
      name: 'db_schema',
      path,
      change: { db_schema: 'public,shop' },
      back: { db_schema: 'public,graphql_public' },
      seen: async () => (await call('/rest/v1/goods', undefined, { 'accept-profile': 'shop' })).status,
      before: 406,
      after: 200,
    },
    {
      name: 'db_extra_search_path',
      path,
      change: { db_extra_search_path: 'public,extensions,shop' },
      back: { db_extra_search_path: 'public,extensions' },
      seen: async () => (await call('/rest/v1/rpc/look', {})).status,
      before: 404,
      after: 200,
    },
  ]
}

/** Two clients, one statement after the other: by which connections they are served. */
const countServers = async (installation: Installation, { ref, password }: Project) => {
  const open = () =>
    new pg.Client({
      host: '127.0.0.1',
      port: installation.poolerPort,
      user: `postgres.${ref}`,
      password,
      database: 'postgres',
    }).on('error', () => undefined)
  const clients = [open(), open()]
  const pids = new Set<number>()
  try {
    for (const client of clients) {
      await client.connect()
      pids.add((await client.query('select pg_backend_pid() as pid')).rows[0].pid)
    }
    return pids.size
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

export const databaseEffects = (
  installation: Installation,
  manage: Manage,
  project: Project,
): readonly Effect[] => {
  const show = async (name: string) => (await query(manage, project.ref, `show ${name}`))[0][name]
  return [
    {
      name: 'pool_mode',
      path: '/config/database/pooler',
      change: { pool_mode: 'session' },
      back: { pool_mode: 'transaction' },
      seen: () => countServers(installation, project),
      before: 1,
      after: 2,
    },
    {
      name: 'work_mem, and max_connections, which needs a restart',
      path: '/config/database/postgres',
      change: { work_mem: '5MB', max_connections: 77 },
      back: { work_mem: null, max_connections: null },
      seen: async () => `${await show('work_mem')} ${await show('max_connections')}`,
      before: expect.not.stringMatching(/5MB|77/),
      after: '5MB 77',
    },
  ]
}

/** The spec as the host keeps it. */
export const toldSpec = async (installation: Installation, { ref }: Project) => {
  const key = await readInstallationKey(join(installation.data, 'installation.key'))
  return JSON.parse((await readSealedFile(join(installation.data, 'specs', `${ref}.sealed`), key)) ?? '')
}

/** Services that read their settings from what the host is told. */
export const toldEffects = (installation: Installation, project: Project): readonly Effect[] => {
  const told = () => toldSpec(installation, project)
  return [
    {
      name: 'realtime: private_only',
      path: '/config/realtime',
      change: { private_only: true },
      back: { private_only: false },
      seen: async () => (await told()).realtime?.private_only ?? false,
      before: false,
      after: true,
    },
    {
      name: 'storage: fileSizeLimit',
      path: '/config/storage',
      change: { fileSizeLimit: 12_345 },
      back: { fileSizeLimit: 52_428_800 },
      seen: async () => (await told()).storage?.fileSizeLimit ?? 52_428_800,
      before: 52_428_800,
      after: 12_345,
    },
  ]
}
