// Postgres settings that owners may choose. Bounds are those of Postgres
// where it has some, and lower where a value would only keep the server from starting.

import { z } from 'zod'
import { count, duration, memory, onOff } from './setting-types.ts'

/** The platform itself copies and follows the database through some of them. */
const leastForPlatform = 5
const mostConnections = 1000

const settings = {
  effective_cache_size: memory({ min: 8, bare: 8 }),
  logical_decoding_work_mem: memory({ min: 64 }),
  'pg_stat_statements.max': count(100, 45_000),
  autovacuum_max_workers: count(1, 64),
  autovacuum_work_mem: memory({ min: 64, mayBeOff: true }),
  log_autovacuum_min_duration: duration({ min: -1 }),
  log_checkpoints: onOff,
  log_connections: onOff,
  log_disconnections: onOff,
  log_duration: onOff,
  log_lock_waits: onOff,
  log_recovery_conflict_waits: onOff,
  log_replication_commands: onOff,
  log_startup_progress_interval: duration({ min: 0 }),
  log_temp_files: memory({ min: 0, mayBeOff: true }),
  maintenance_work_mem: memory({ min: 1024 }),
  track_activity_query_size: memory({ min: 100 / 1024, max: 1024, bare: 1 / 1024 }),
  max_connections: count(10, mostConnections),
  max_locks_per_transaction: count(10, 10_000),
  max_logical_replication_workers: count(0, 64),
  max_parallel_maintenance_workers: count(0, 64),
  max_parallel_workers: count(0, 64),
  max_parallel_workers_per_gather: count(0, 64),
  max_replication_slots: count(leastForPlatform, 100),
  max_slot_wal_keep_size: memory({ min: 0, bare: 1024, mayBeOff: true }),
  max_standby_archive_delay: duration({ min: -1 }),
  max_standby_streaming_delay: duration({ min: -1 }),
  max_sync_workers_per_subscription: count(0, 64),
  max_wal_size: memory({ min: 64 * 1024, bare: 1024 }),
  max_wal_senders: count(leastForPlatform, 100),
  max_worker_processes: count(1, 64),
  session_replication_role: z.enum(['origin', 'replica', 'local']),
  shared_buffers: memory({ min: 1024, max: 8 * 1024 ** 2, bare: 8 }),
  statement_timeout: duration({ min: 0 }),
  track_commit_timestamp: onOff,
  wal_keep_size: memory({ min: 0, bare: 1024 }),
  wal_sender_timeout: duration({ min: 0 }),
  work_mem: memory({ min: 64 }),
  checkpoint_timeout: duration({ min: 30_000, max: 86_400_000, bare: 1000 }),
  hot_standby_feedback: onOff,
}

/** Upstream has these; the extensions behind them are not here. */
export const notHere: Readonly<Record<string, string>> = {
  'pg_net.batch_size': 'pg_net is not part of this installation',
  'cron.log_statement': 'pg_cron is not part of this installation',
}

/** What the owner chose; everything absent is the platform's choice. */
export const PostgresSettings = z.object(settings).partial()
export type PostgresSettings = z.infer<typeof PostgresSettings>

/** Body of a change: null takes a choice back. */
export const postgresEdit = {
  ...Object.fromEntries(
    Object.entries(settings).map(([name, schema]) => [name, schema.nullable().optional()]),
  ),
  ...Object.fromEntries(Object.keys(notHere).map((name) => [name, z.unknown().optional()])),
}

const render = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

/** As `postgresql.conf` writes them. */
export const renderPostgres = (chosen: PostgresSettings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) => (value === undefined ? [] : [[name, render(value)]])),
  )
