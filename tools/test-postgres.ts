// One Postgres for all `.db.test.ts` files: started before the first, stopped and removed after the last
// (vitest globalSetup). Holds the template database `project`: what a branch has before its first request.

import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import type { History, Migration } from '../contracts/src/index.ts'
import { migrate, openPool, type Pool, raw, sql } from '../ground/postgres/src/index.ts'
import type { TestPostgres } from '../ground/testing/src/index.ts'
import { root } from './root.ts'

const superuser = 'supabase_admin'
const run = promisify(execFile)

/** Postgres refuses to run as root: then it runs as `nobody`. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'logical',
  max_wal_senders: '10',
  max_connections: '200',
  shared_buffers: '64MB',
  jit: 'off',
  autovacuum: 'off',
  log_min_messages: 'fatal',
}

/** The runtime that `tools/bootstrap.mjs` prepared. */
const findBinDir = async (): Promise<string> => {
  const file = join(root, '.runtime/runtime.json')
  if (!existsSync(file)) throw new Error('No Postgres has been prepared. Run: node tools/bootstrap.mjs')
  const record: { readonly binDir: string } = JSON.parse(await readFile(file, 'utf8'))
  return record.binDir
}

type Server = { readonly socketDir: string; readonly stop: () => Promise<void> }

const startServer = async (binDir: string): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-postgres-'))
  const dataDir = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  await mkdir(dataDir, { mode: 0o700 })
  await writeFile(passwordFile, superuser)
  if (user.uid !== undefined)
    for (const path of [folder, dataDir, passwordFile]) await chown(path, user.uid, user.gid)
  const init = ['-D', dataDir, '-U', superuser, '--pwfile', passwordFile, '-A', 'scram-sha-256']
  await run(
    join(binDir, 'initdb'),
    [...init, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
    {
      ...user,
      cwd: folder,
    },
  )
  const options = Object.entries({ ...settings, unix_socket_directories: folder })
  const server = spawn(
    join(binDir, 'postgres'),
    ['-D', dataDir, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.kill('SIGINT')
    await ended
    await rm(folder, { recursive: true })
  }
  return { socketDir: folder, stop }
}

const openAdmin = (socketDir: string, database: string): Pool =>
  openPool({
    socketDir,
    user: superuser,
    password: superuser,
    database,
    size: 1,
    applicationName: 'test set-up',
  })

const waitUntilReady = async (socketDir: string): Promise<void> => {
  const deadline = Date.now() + 20_000
  for (;;) {
    const pool = openAdmin(socketDir, 'postgres')
    try {
      await pool.query(sql`select 1`)
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    } finally {
      await pool.close()
    }
  }
}

/** Services that keep tables in a branch, and the role that owns them. */
const owners = [
  { owner: 'auth', role: 'supabase_auth_admin' },
  { owner: 'storage', role: 'supabase_storage_admin' },
  { owner: 'realtime', role: 'supabase_admin' },
]

const loadHistories = async (): Promise<readonly History[]> => {
  const histories: History[] = []
  for (const { owner, role } of owners) {
    const file = join(root, 'services', owner, 'src/migrations.generated.ts')
    if (!existsSync(file)) continue
    const { migrations }: { readonly migrations: readonly Migration[] } = await import(file)
    histories.push({ owner, role, migrations })
  }
  return histories
}

const buildProject = async (socketDir: string): Promise<void> => {
  const server = openAdmin(socketDir, 'postgres')
  await server.run(sql`create database project_template`)
  const pool = openAdmin(socketDir, 'project_template')
  try {
    const folder = join(root, 'engines/cluster/template')
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8')
      await pool
        .session((session) => session.script(text))
        .catch((cause: unknown) => {
          throw new Error(`engines/cluster/template/${file} failed`, { cause })
        })
    }
    await migrate(pool, await loadHistories())
    await setPasswords(pool)
  } finally {
    await pool.close()
    await server.close()
  }
}

/** In tests the password of every role is its name. */
const setPasswords = (pool: Pool): Promise<unknown> =>
  pool.query(
    raw(`do $$
      declare name text;
      begin
        for name in select rolname from pg_roles where rolcanlogin loop
          execute format('alter role %I password %L', name, name);
        end loop;
      end $$`),
  )

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startServer(await findBinDir())
  try {
    await waitUntilReady(server.socketDir)
    // Tests that need no project still run when its SQL is broken; those that do say why they cannot.
    const failure = await buildProject(server.socketDir).then(() => undefined, describe)
    const facts: TestPostgres = { socketDir: server.socketDir, superuser, ...(failure && { failure }) }
    project.provide('testPostgres', facts)
  } catch (error) {
    await server.stop()
    throw error
  }
  return server.stop
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`
}
