// Two ways to put a migration into the history: run it, or only remember that it was run.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { addMigration, runInside } from './change-history.ts'
import type { NewMigration } from './migration-history.ts'

const input = z.object({
  ...byRef,
  query: z.string().min(1),
  name: z.string().optional(),
  rollback: z.string().optional().describe('SQL that undoes the migration.'),
  idempotency_key: z.string().optional(),
})
const headers = { idempotency_key: 'idempotency-key' }

const read = (call: Call, wish: z.infer<typeof input>): Omit<NewMigration, 'version'> => ({
  query: wish.query,
  name: wish.name,
  rollback: wish.rollback,
  createdBy: call.actor.email,
  idempotencyKey: wish.idempotency_key,
})

export const applyMigration = operation({
  name: 'database.migrations-apply',
  about: 'Runs a migration and remembers it, in one transaction.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/database/migrations',
    status: 200,
    id: 'v1-apply-a-migration',
    tag: 'Database',
    headers,
  },
  scope: onProject('database_migrations_write'),
  input,
  output: nothing,
  run: (call, wish) =>
    addMigration(call, wish.ref, read(call, wish), (session) => runInside(session, wish.query)),
})

export const upsertMigration = operation({
  name: 'database.migrations-upsert',
  about: 'Remembers a migration without running it.',
  rest: {
    method: 'PUT',
    path: '/v1/projects/:ref/database/migrations',
    status: 200,
    id: 'v1-upsert-a-migration',
    tag: 'Database',
    headers,
  },
  scope: onProject('database_migrations_write'),
  input,
  output: nothing,
  run: (call, wish) => addMigration(call, wish.ref, read(call, wish), async () => undefined),
})
