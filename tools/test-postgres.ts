// One Postgres for all `.db.test.ts` files: started before the first, stopped and removed after the last
// (vitest globalSetup). Holds the template database `project`: what a branch has before its first request.

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { History, Migration } from '../contracts/src/index.ts'
import { migrate, type Pool, raw, sql } from '../ground/postgres/src/index.ts'
import type { TestPostgres } from '../ground/testing/src/index.ts'
import { openAdmin, startTestServer, superuser } from '../ground/testing/src/test-server.ts'
import { root } from './root.ts'

/** Services that keep tables in a branch, and the role that owns them. */
const owners = [
  { owner: 'auth', role: 'supabase_auth_admin' },
  { owner: 'storage', role: 'supabase_storage_admin' },
  { owner: 'realtime', role: 'supabase_realtime_admin' },
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
  const server = await startTestServer()
  try {
    // Tests that need no project still run when its SQL is broken; those that do say why they cannot.
    const failure = await buildProject(server.socketDir).then(() => undefined, describe)
    const facts: TestPostgres = {
      socketDir: server.socketDir,
      superuser,
      ...(failure && { failure }),
    }
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
