// Changes the record of a migration, or takes migrations back.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeHistory, runInside } from './change-history.ts'
import { errors } from './errors.ts'
import { listHistory, removeMigration, updateMigration } from './migration-history.ts'
import { Version } from './read-migrations.ts'

export const patchMigration = operation({
  name: 'database.migrations-patch',
  about: 'Changes the name or the rollback statement of a migration.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/database/migrations/:version',
    status: 200,
    id: 'v1-patch-a-migration',
    tag: 'Database',
  },
  scope: onProject('database_migrations_write'),
  input: z.object({
    ...byRef,
    version: Version,
    name: z.string().optional(),
    rollback: z.string().optional(),
  }),
  output: nothing,
  run: async (call, { ref, version, ...edit }) => {
    const found = await changeHistory(call, ref, (session) => updateMigration(session, version, edit))
    if (!found) throw errors.migrationNotFound(version)
  },
})

export const rollbackMigrations = operation({
  name: 'database.migrations-rollback',
  about: 'Takes migrations back, newest first, down to and including the given version.',
  rest: {
    method: 'DELETE',
    path: '/v1/projects/:ref/database/migrations',
    status: 200,
    id: 'v1-rollback-migrations',
    tag: 'Database',
  },
  scope: onProject('database_migrations_write'),
  input: z.object({ ...byRef, gte: Version }),
  output: nothing,
  run: (call, { ref, gte }) =>
    changeHistory(call, ref, async (session) => {
      const rows = (await listHistory(session)).filter(({ version }) => version >= gte)
      const stuck = rows.findLast(({ rollback }) => !rollback?.length)
      if (stuck !== undefined) throw errors.noRollback(stuck.version)
      for (const { version, rollback } of rows.toReversed()) {
        for (const statement of rollback ?? []) await runInside(session, statement)
        await removeMigration(session, version)
      }
    }),
})
