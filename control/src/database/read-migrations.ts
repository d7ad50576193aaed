// The history of migrations, as a list and one by one.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { listHistory, type MigrationRow } from './migration-history.ts'
import { withProjectSql } from './project-sql.ts'

export const Version = z.string().regex(/^\d+$/)

const Entry = z.object({ version: z.string(), name: z.string().optional() })
const Migration = Entry.extend({
  statements: z.array(z.string()).optional(),
  rollback: z.array(z.string()).optional(),
  created_by: z.string().optional(),
  idempotency_key: z.string().optional(),
})

const showEntry = ({ version, name }: MigrationRow): z.infer<typeof Entry> => ({
  version,
  ...(name && { name }),
})

const show = (row: MigrationRow): z.infer<typeof Migration> => ({
  ...showEntry(row),
  ...(row.statements && { statements: [...row.statements] }),
  ...(row.rollback && { rollback: [...row.rollback] }),
  ...(row.created_by && { created_by: row.created_by }),
  ...(row.idempotency_key && { idempotency_key: row.idempotency_key }),
})

export const listMigrations = operation({
  name: 'database.migrations-list',
  about: 'Lists the migrations of a project, oldest first.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/database/migrations',
    status: 200,
    id: 'v1-list-migration-history',
    tag: 'Database',
  },
  scope: onProject('database_migrations_read'),
  input: z.object(byRef),
  output: z.array(Entry),
  run: async (call, { ref }) =>
    (await withProjectSql(call, ref, { as: 'owner' }, listHistory)).map(showEntry),
})

export const getMigration = operation({
  name: 'database.migrations-get',
  about: 'Gets one migration with its statements.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/database/migrations/:version',
    status: 200,
    id: 'v1-get-a-migration',
    tag: 'Database',
  },
  scope: onProject('database_migrations_read'),
  input: z.object({ ...byRef, version: Version }),
  output: Migration,
  run: async (call, { ref, version }) => {
    const rows = await withProjectSql(call, ref, { as: 'owner' }, listHistory)
    const row = rows.find((one) => one.version === version)
    if (row === undefined) throw errors.migrationNotFound(version)
    return show(row)
  },
})
