// Every key of every change of settings upstream has: it either reaches the spec, which the data plane follows, or
// is refused with a reason. A key of upstream's that is missing here fails. Auth has an audit of its own.

import type { StackSpec } from '@plinth/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from './test-control.ts'
import { upstreamKeys } from './upstream-schemas.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

const spec = () => t.host.specs.findLast((one) => one.ref === ref)

/** A value to send, and where it must stand in the spec; or why it is refused. */
type Key = readonly [key: string, value: unknown, expected: unknown]
type Audit = {
  readonly path: string
  /** Upstream's name of the body. */
  readonly body: string
  readonly told: (spec: StackSpec) => unknown
  readonly keys: readonly Key[]
  readonly refused: readonly (readonly [key: string, value: unknown, why: RegExp])[]
  /** How to do it, no setting. */
  readonly manners?: readonly string[]
}

/** Postgres keeps them under their names, as text. */
const postgres: readonly (readonly [string, string | number | boolean])[] = [
  ['effective_cache_size', '128MB'],
  ['logical_decoding_work_mem', '32MB'],
  ['pg_stat_statements.max', 500],
  ['autovacuum_max_workers', 2],
  ['autovacuum_work_mem', '32MB'],
  ['log_autovacuum_min_duration', '5s'],
  ['log_checkpoints', true],
  ['log_connections', true],
  ['log_disconnections', true],
  ['log_duration', true],
  ['log_lock_waits', true],
  ['log_recovery_conflict_waits', true],
  ['log_replication_commands', true],
  ['log_startup_progress_interval', '5s'],
  ['log_temp_files', '1MB'],
  ['maintenance_work_mem', '32MB'],
  ['track_activity_query_size', '2kB'],
  ['max_connections', 80],
  ['max_locks_per_transaction', 100],
  ['max_logical_replication_workers', 3],
  ['max_parallel_maintenance_workers', 1],
  ['max_parallel_workers', 3],
  ['max_parallel_workers_per_gather', 1],
  ['max_replication_slots', 7],
  ['max_slot_wal_keep_size', '512MB'],
  ['max_standby_archive_delay', '20s'],
  ['max_standby_streaming_delay', '20s'],
  ['max_sync_workers_per_subscription', 1],
  ['max_wal_size', '512MB'],
  ['max_wal_senders', 7],
  ['max_worker_processes', 7],
  ['session_replication_role', 'replica'],
  ['shared_buffers', '64MB'],
  ['statement_timeout', '30s'],
  ['track_commit_timestamp', true],
  ['wal_keep_size', '64MB'],
  ['wal_sender_timeout', '20s'],
  ['work_mem', '8MB'],
  ['checkpoint_timeout', '10min'],
  ['hot_standby_feedback', true],
]

const realtime: readonly (readonly [string, number | boolean])[] = [
  ['private_only', true],
  ['connection_pool', 3],
  ['postgres_changes_pool', 3],
  ['max_concurrent_users', 7],
  ['max_events_per_second', 7],
  ['max_bytes_per_second', 7000],
  ['max_channels_per_client', 7],
  ['max_joins_per_second', 7],
  ['max_presence_events_per_second', 7],
  ['max_payload_size_in_kb', 7],
  ['suspend', true],
  ['presence_enabled', false],
]

const on = { enabled: true }
const audits: readonly Audit[] = [
  {
    path: 'postgrest',
    body: 'UpdatePostgrestServiceConfigBody',
    told: ({ rest }) => rest,
    keys: [
      ['db_schema', 'app,public', { schemas: ['app', 'public'] }],
      ['db_extra_search_path', 'app', { extraSearchPath: ['app'] }],
      ['max_rows', 7, { maxRows: 7 }],
      ['db_pool', 3, { poolSize: 3 }],
      ['db_pool_acquisition_timeout', 5, { poolLimits: { acquisitionTimeout: 5 } }],
      ['db_pool_max_lifetime', 60, { poolLimits: { maxLifetime: 60 } }],
      ['db_pool_max_idletime', 30, { poolLimits: { maxIdletime: 30 } }],
    ],
    refused: [],
  },
  {
    path: 'config/database/pooler',
    body: 'UpdateSupavisorConfigBody',
    told: ({ database }) => database.pooler,
    keys: [
      ['default_pool_size', 5, { connections: 5 }],
      ['pool_mode', 'session', { mode: 'session' }],
    ],
    refused: [],
  },
  {
    path: 'config/database/postgres',
    body: 'PatchPostgresConfigBody',
    told: ({ database }) => database.settings,
    keys: postgres.map(([key, value]) => [key, value, { [key]: value === true ? 'on' : String(value) }]),
    refused: [
      ['pg_net.batch_size', 100, /pg_net is not part/],
      ['cron.log_statement', true, /pg_cron is not part/],
    ],
    manners: ['restart_database'],
  },
  {
    path: 'config/realtime',
    body: 'UpdateRealtimeConfigBody',
    told: (spec) => spec.realtime,
    keys: realtime.map(([key, value]) => [key, value, { [key]: value }]),
    refused: [],
  },
  {
    path: 'config/storage',
    body: 'UpdateStorageConfigBody',
    told: ({ storage }) => storage,
    keys: [
      ['fileSizeLimit', 7, { fileSizeLimit: 7 }],
      ['features', { imageTransformation: on }, { imageTransformation: true }],
      ['features', { s3Protocol: { enabled: false } }, { s3Protocol: false }],
    ],
    refused: [
      ['features', { purgeCache: on }, /there is no cache/],
      [
        'features',
        { icebergCatalog: { ...on, maxNamespaces: 1, maxTables: 1, maxCatalogs: 1 } },
        /not offered/,
      ],
      ['external', { upstreamTarget: 'canary' }, /only one release/],
    ],
  },
]

describe.each(audits)('$path', ({ path, body, told, keys, refused, manners = [] }) => {
  const patch = (key: string, value: unknown) =>
    // Nobody waits for restarts here.
    t.asOwner('PATCH', `/v1/projects/${ref}/${path}`, {
      [key]: value,
      ...(manners.length > 0 && { restart_database: false }),
    })

  test('upstream’s keys are the audited ones', () => {
    const upstream = upstreamKeys(body)
    if (upstream === undefined) return
    const audited = new Set([...keys, ...refused].map(([key]) => key).concat(manners))
    expect([...audited].toSorted()).toEqual(upstream.toSorted())
  })

  test.each(keys)('%s %j reaches the data plane', async (key, value, expected) => {
    const { status, body: answer } = await patch(key, value)
    expect([status < 300, answer]).toEqual([true, answer])
    const now = spec()
    expect(now && told(now)).toMatchObject(expected as object)
  })

  if (refused.length > 0) {
    test.each(refused)('%s %j is refused', async (key, value, why) => {
      const before = spec()
      const reply = await patch(key, value)
      expect([reply.status, [reply.body.message].flat().join()]).toEqual([400, expect.stringMatching(why)])
      expect(spec()).toEqual(before)
    })
  }
})
