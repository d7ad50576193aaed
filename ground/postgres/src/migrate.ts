// Brings a database up to date: several owners' files, each history in its own order, remembered in one
// table. Every start of a branch passes here, so the usual case (nothing to do) is one statement.

import type { History, Migration } from '@plinth/contracts'
import type { Pool, Session } from './pool.ts'
import { ident, type Statement, sql } from './sql.ts'

export type MigrateOptions = { readonly schema?: string }

type Applied = {
  readonly owner: string
  readonly name: string
  readonly checksum: string
  readonly breaking: boolean
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/**
 * Applies what is missing, in the order of the histories. Throws when an applied file was changed since,
 * when the database holds a breaking change this program does not know, or when a file fails.
 */
export const migrate = async (
  pool: Pool,
  histories: readonly History[],
  { schema = 'plinth' }: MigrateOptions = {},
): Promise<{ readonly applied: readonly string[] }> => {
  const table = ident([schema, 'migrations'])
  const exists = await pool.one<{ found: boolean }>(
    sql`select to_regclass(${table.text}) is not null as found`,
  )
  if (exists.found && missing(histories, await listApplied(pool, table)).length === 0) return { applied: [] }

  return pool.session(async (session) => {
    // One runner at a time in this database; the lock ends with the connection if not before.
    await session.query(sql`select pg_advisory_lock(hashtext('plinth.migrate'))`)
    try {
      await ensureTable(session, schema, table)
      const todo = missing(histories, await listApplied(session, table))
      for (const step of todo) await apply(session, table, step)
      return { applied: todo.map(({ owner, migration }) => `${owner}/${migration.name}`) }
    } finally {
      await session.query(sql`select pg_advisory_unlock(hashtext('plinth.migrate'))`)
    }
  })
}

const listApplied = (queries: Pick<Session, 'query'>, table: Statement): Promise<readonly Applied[]> =>
  queries.query<Applied>(sql`select owner, name, checksum, breaking from ${table}`)

const ensureTable = async (session: Session, schema: string, table: Statement): Promise<void> => {
  await session.query(sql`create schema if not exists ${ident(schema)}`)
  await session.query(sql`
    create table if not exists ${table} (
      owner text not null,
      name text not null,
      checksum text not null,
      breaking boolean not null,
      applied_at timestamptz not null default now(),
      primary key (owner, name)
    )`)
}

type Step = { readonly owner: string; readonly role: string; readonly migration: Migration }

/** Steps not yet taken; refuses a past that differs from ours. */
const missing = (histories: readonly History[], applied: readonly Applied[]): readonly Step[] =>
  histories.flatMap(({ owner, role, migrations }) => {
    const done = new Map(applied.filter((row) => row.owner === owner).map((row) => [row.name, row]))
    const todo = migrations.filter((migration) => {
      const row = done.get(migration.name)
      if (row !== undefined && row.checksum !== migration.checksum)
        throw new MigrationError(
          `Migration ${owner}/${migration.name} was changed after it was applied. Add a new file instead.`,
        )
      done.delete(migration.name)
      return row === undefined
    })
    const unknown = [...done.values()].find((row) => row.breaking)
    if (unknown !== undefined)
      throw new MigrationError(
        `The database has the breaking migration ${owner}/${unknown.name}, which this version does not know. Run a newer version.`,
      )
    return todo.map((migration) => ({ owner, role, migration }))
  })

const hasMarker = (migration: Migration, marker: string): boolean =>
  migration.sql.split('\n').some((line) => line.trim() === `-- plinth: ${marker}`)

/** Runs one file as its owner's role and remembers it, in one transaction unless the file says otherwise. */
const apply = async (session: Session, table: Statement, { owner, role, migration }: Step): Promise<void> => {
  const remember = sql`
    insert into ${table} (owner, name, checksum, breaking)
    values (${owner}, ${migration.name}, ${migration.checksum}, ${hasMarker(migration, 'breaking')})`
  const alone = hasMarker(migration, 'no transaction')
  try {
    await session.script(alone ? 'reset all' : 'begin; reset all')
    await session.query(sql`set role ${ident(role)}`)
    // A file without a transaction holds one statement: Postgres runs several as one transaction.
    await session.script(migration.sql)
    await session.script('reset role')
    await session.query(remember)
    if (!alone) await session.script('commit')
  } catch (error) {
    await session.script(alone ? 'reset role' : 'rollback')
    await session.script('reset role; reset all')
    const reason = error instanceof Error ? error.message : String(error)
    throw new MigrationError(`Migration ${owner}/${migration.name} failed: ${reason}`, { cause: error })
  }
}
