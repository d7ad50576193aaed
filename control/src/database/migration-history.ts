// The project's own table of migrations. The CLI makes it with three columns; we add ours beside them.

import type { SqlSession } from './sql-session.ts'

export type MigrationRow = {
  readonly version: string
  readonly name?: string | null
  readonly statements?: readonly string[] | null
  readonly rollback?: readonly string[] | null
  readonly created_by?: string | null
  readonly idempotency_key?: string | null
}

const table = 'supabase_migrations.schema_migrations'

/** Changes wait for each other from here to the end of their transactions; readers do not. */
export const lockHistory = async (session: SqlSession): Promise<void> => {
  await session.script(`select pg_advisory_xact_lock(hashtext('${table}'))`)
}

export const ensureHistory = async (session: SqlSession): Promise<void> => {
  await session.script(`
    set local client_min_messages = warning;
    create schema if not exists supabase_migrations;
    create table if not exists ${table} (version text not null primary key, statements text[], name text);
    alter table ${table} add column if not exists rollback text[];
    alter table ${table} add column if not exists created_by text;
    alter table ${table} add column if not exists idempotency_key text unique;
    reset client_min_messages`)
}

/** Ascending. Whole rows as JSON, since a history made by the CLI has fewer columns. */
export const listHistory = async (session: SqlSession): Promise<readonly MigrationRow[]> => {
  const [found] = await session.query('select to_regclass($1) is not null as exists', [table])
  if (found?.['exists'] !== true) return []
  const rows = await session.query(`select to_jsonb(m) as row from ${table} m order by version`, [])
  // `to_jsonb` of a row of this very table.
  return rows.map((row) => row['row'] as MigrationRow)
}

export const findByKey = async (session: SqlSession, key: string): Promise<boolean> =>
  (await session.query(`select 1 from ${table} where idempotency_key = $1`, [key])).length > 0

export const findVersion = async (session: SqlSession, version: string): Promise<boolean> =>
  (await session.query(`select 1 from ${table} where version = $1`, [version])).length > 0

/** As it stands in another project's history; a key of idempotency holds only where it was used. */
export const insertReplayed = async (session: SqlSession, row: MigrationRow): Promise<void> => {
  const { version, statements, name, rollback, created_by } = row
  await session.query(
    `insert into ${table} (version, statements, name, rollback, created_by) values ($1, $2, $3, $4, $5)`,
    [version, statements ?? null, name ?? null, rollback ?? null, created_by ?? null],
  )
}

/** The version that was wished, or a second after the newest when that is not later. */
const nextVersion = `
  select greatest($1, (
    select to_char(to_timestamp(max(version), 'YYYYMMDDHH24MISS')::timestamp + interval '1 second', 'YYYYMMDDHH24MISS')
      from ${table} where version ~ '^(19|20)\\d{12}$'))`

export type NewMigration = {
  /** Fourteen digits. */
  readonly version: string
  readonly query: string
  readonly name: string | undefined
  readonly rollback: string | undefined
  readonly createdBy: string
  readonly idempotencyKey: string | undefined
}

export const insertMigration = async (session: SqlSession, migration: NewMigration): Promise<void> => {
  await session.query(
    `insert into ${table} (version, statements, name, rollback, created_by, idempotency_key)
     values ((${nextVersion}), $2, $3, $4, $5, $6)`,
    [
      migration.version,
      [migration.query],
      migration.name ?? null,
      migration.rollback === undefined ? null : [migration.rollback],
      migration.createdBy,
      migration.idempotencyKey ?? null,
    ],
  )
}

export type MigrationEdit = { readonly name?: string | undefined; readonly rollback?: string | undefined }

/** Whether there was such a version. */
export const updateMigration = async (
  session: SqlSession,
  version: string,
  { name, rollback }: MigrationEdit,
): Promise<boolean> => {
  const rows = await session.query(
    `update ${table} set name = coalesce($2, name), rollback = coalesce($3, rollback)
      where version = $1 returning version`,
    [version, name ?? null, rollback === undefined ? null : [rollback]],
  )
  return rows.length > 0
}

export const removeMigration = async (session: SqlSession, version: string): Promise<void> => {
  await session.query(`delete from ${table} where version = $1`, [version])
}
