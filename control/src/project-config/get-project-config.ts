// All settings of a project in one answer: what `config pull`, `diff` and `push` of the CLI compare with.

import { RealtimeConfig, type StackSpec } from '@plinth/contracts'
import { z } from 'zod'
import { currentValues, keptAuth, maskValues } from '../auth-config/kept-auth.ts'
import { DataApiConfig, showConfig } from '../data-api/config-shape.ts'
import { keptPostgres } from '../database-config/get-postgres-config.ts'
import { Pgbouncer, showPgbouncer } from '../database-config/pooler-shape.ts'
import type { PostgresSettings } from '../database-config/postgres-settings.ts'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { listRanges } from '../network/restrictions-reply.ts'
import { readKept } from '../projects/kept-settings.ts'
import { getProject } from '../projects/queries.ts'
import type { ProjectRow } from '../projects/rows.ts'
import { getSpec } from '../projects/spec.ts'
import { showStorage } from '../storage-config/config-shape.ts'

const Document = z.record(z.string(), z.unknown())

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** `fileSizeLimit` → `file_size_limit`, all the way down. */
const snakeKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [snake(key), snakeKeys(part)]))
    : value

const showDatabase = (project: ProjectRow, postgres: PostgresSettings, network: StackSpec['network']) => ({
  major_version: Number.parseInt(project.postgres_version ?? '17', 10),
  ssl_enforced: network?.requireTls ?? false,
  network_restrictions: {
    entitlement: 'allowed',
    status: 'applied',
    allowed_cidrs: listRanges(network),
  },
  postgres_settings: Object.fromEntries(
    Object.entries(postgres).map(([name, value]) => [name.replaceAll('.', '_'), value]),
  ),
})

/** The CLI decodes numbers here where the v1 reply has null for "not set". */
const poolDefaults = {
  db_pool_acquisition_timeout: 10,
  db_pool_max_lifetime: 1800,
  db_pool_max_idletime: 30,
}

const showApi = (config: z.infer<typeof DataApiConfig>) => ({
  ...config,
  db_pool_acquisition_timeout: config.db_pool_acquisition_timeout ?? poolDefaults.db_pool_acquisition_timeout,
  db_pool_max_lifetime: config.db_pool_max_lifetime ?? poolDefaults.db_pool_max_lifetime,
  db_pool_max_idletime: config.db_pool_max_idletime ?? poolDefaults.db_pool_max_idletime,
})

const showPooler = (call: Call, spec: StackSpec) => {
  const { connection_string: _, ...pooler } = showPgbouncer(call.settings, spec)
  return pooler
}

const showStorageSettings = (spec: StackSpec) => {
  const { external, ...storage } = showStorage(spec.storage)
  return Document.parse(snakeKeys({ ...storage, ...external }))
}

export const getProjectConfig = operation({
  name: 'project-config.get',
  about: 'Gets all settings of a project at once.',
  rest: {
    method: 'GET',
    path: '/v2/projects/:ref/config',
    status: 200,
    id: 'v2GetProjectConfig',
    tag: 'Projects',
  },
  scope: onProject('project_admin_read'),
  input: z.object(byRef),
  output: z.object({
    data: z.object({
      type: z.literal('project_config'),
      id: z.string(),
      attributes: z.object({
        database: Document,
        pooler: Pgbouncer.omit({ connection_string: true }),
        auth: Document,
        api: DataApiConfig,
        realtime: RealtimeConfig,
        storage: Document,
      }),
    }),
  }),
  run: async (call, { ref }) => {
    const project = await getProject(call.db, ref)
    const spec = await getSpec(call.db, call.key, ref)
    const auth = currentValues(spec.auth, await readKept(call, ref, keptAuth))
    const attributes = {
      database: showDatabase(project, await readKept(call, ref, keptPostgres), spec.network),
      pooler: showPooler(call, spec),
      auth: maskValues(auth, { ref, mayWrite: call.may('auth_config_write') }),
      api: showApi(showConfig(spec)),
      realtime: spec.realtime ?? RealtimeConfig.parse({}),
      storage: showStorageSettings(spec),
    }
    return { data: { type: 'project_config' as const, id: ref, attributes } }
  },
})
