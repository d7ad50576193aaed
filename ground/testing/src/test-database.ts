// A database of its own for one test file, cloned from a template in the Postgres that
// tools/test-postgres.ts runs.

import { randomBytes } from 'node:crypto'
import { type ConnectOptions, ident, openPool, type Pool, raw, sql } from '@plinth/postgres'
import { inject } from 'vitest'

/** What the global set-up tells the tests. */
export type TestPostgres = {
  readonly socketDir: string
  readonly superuser: string
  /** Why there is no project template. */
  readonly failure?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    testPostgres: TestPostgres
  }
}

export type TestDatabase = ConnectOptions & {
  /** As the superuser. */
  readonly admin: Pool
  /** Connection of a login role; the password of every role is its name. */
  readonly as: (role: string) => ConnectOptions
  /** Removes the database; throws when a connection of the tests is still open. */
  readonly drop: () => Promise<void>
}

export type TestDatabaseOptions = {
  /** `project` has the roles and schemas of a branch; `empty` only what Postgres brings. */
  readonly template?: 'empty' | 'project'
}

export const testDatabase = async ({
  template = 'empty',
}: TestDatabaseOptions = {}): Promise<TestDatabase> => {
  const { socketDir, superuser, failure } = inject('testPostgres')
  if (template === 'project' && failure !== undefined)
    throw new Error(`There is no project template: ${failure}`)

  const database = `test_${randomBytes(8).toString('hex')}`
  const as = (role: string) => ({ socketDir, port: 5432, user: role, password: role, database })
  const open = (name: string) =>
    openPool({ ...as(superuser), database: name, size: 2, applicationName: 'test admin' })

  const source = template === 'project' ? 'project_template owner postgres' : 'template0'
  await once(open('postgres'), (pool) =>
    pool.run(sql`create database ${ident(database)} template ${raw(source)} strategy file_copy`),
  )
  const admin = open(database)

  const drop = async () => {
    await admin.close()
    await once(open('postgres'), async (pool) => {
      const left = await listConnections(pool, database)
      await pool.run(sql`drop database ${ident(database)} with (force)`)
      if (left.length > 0) throw new Error(`Connections were left open: ${left.join(', ')}`)
    })
  }
  return { ...as(superuser), admin, as, drop }
}

const once = async <T>(pool: Pool, work: (pool: Pool) => Promise<T>): Promise<T> => {
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}

/** Who is still connected, after a moment for goodbyes on their way. */
const listConnections = async (pool: Pool, database: string): Promise<readonly string[]> => {
  const deadline = Date.now() + 2000
  for (;;) {
    const rows = await pool.query<{ who: string }>(sql`
      select usename || ' (' || application_name || ')' as who from pg_stat_activity
      where datname = ${database}`)
    if (rows.length === 0 || Date.now() > deadline) return rows.map(({ who }) => who)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
