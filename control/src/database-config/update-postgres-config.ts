// Changes Postgres settings: PUT replaces the whole set, PATCH lays the body over it. The server reads them when it
// starts, so a change restarts it, unless the caller wants it to wait.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { readKept, writeKept } from '../projects/kept-settings.ts'
import { withRestartIfUp } from '../projects/move-project.ts'
import { changeProject } from '../projects/spec.ts'
import { keptPostgres } from './get-postgres-config.ts'
import { notHere, PostgresSettings, postgresEdit, renderPostgres } from './postgres-settings.ts'

const input = z.object({
  ...byRef,
  restart_database: z.boolean().optional().describe('false: the change waits for the next start.'),
  ...postgresEdit,
})
type Edit = z.output<typeof input>
type Values = Readonly<Record<string, unknown>>

const refuseMissing = (wish: Values): void => {
  const problems = Object.entries(notHere).flatMap(([name, why]) =>
    wish[name] === undefined || wish[name] === null ? [] : [`${name}: ${why}`],
  )
  if (problems.length > 0) throw errors.invalid(problems)
}

const withoutNull = (values: Values): PostgresSettings =>
  PostgresSettings.parse(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)))

const changedNames = (old: Values, next: Values): readonly string[] =>
  Object.keys({ ...old, ...next }).filter((name) => old[name] !== next[name])

const change = (call: Call, wish: Edit, base: (old: Values) => Values): Promise<PostgresSettings> => {
  const { ref, restart_database: mayRestart = true, ...sent } = wish
  refuseMissing(sent)
  return changeProject(call, ref, 'be configured', async ({ db, project, spec }) => {
    const store = { db, key: call.key }
    const old: Values = await readKept(store, ref, keptPostgres)
    const next = withoutNull({ ...base(old), ...sent })
    const names = changedNames(old, next)
    if (names.length === 0) return { result: next }
    await writeKept(store, ref, keptPostgres, next)
    const set = { ...spec, database: { ...spec.database, settings: renderPostgres(next) } }
    return { result: next, spec: mayRestart ? await withRestartIfUp(db, project, set, 'restart') : set }
  })
}

const path = '/v1/projects/:ref/config/database/postgres'

export const replacePostgresConfig = operation({
  name: 'database-config.postgres-replace',
  about: 'Replaces the chosen Postgres settings; what is not sent goes back to the platform’s own.',
  rest: { method: 'PUT', path, status: 200, id: 'v1-update-postgres-config', tag: 'Database' },
  scope: onProject('database_config_write'),
  input,
  output: PostgresSettings,
  run: (call, wish) => change(call, wish, () => ({})),
})

export const patchPostgresConfig = operation({
  name: 'database-config.postgres-patch',
  about: 'Changes some Postgres settings; null takes one back.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1PatchPostgresConfig', tag: 'Database' },
  scope: onProject('database_config_write'),
  input,
  output: PostgresSettings,
  run: (call, wish) => change(call, wish, (old) => old),
})
