// Settings of a project's server: small enough that hundreds of idle ones fit on a host, complete enough for
// logical decoding and archiving.

import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { computeSizeOf } from '@plinth/contracts'
import { readOwnFile } from './own-file.ts'
import { majorOf, type Runtime } from './runtime.ts'

export type Settings = Readonly<Record<string, string>>

export type SettingsOptions = {
  readonly runtime: Runtime
  /** Folder of the socket; the server listens nowhere else. */
  readonly socketDir: string
  /** Name shown by `ps`, usually the ref. */
  readonly name: string
  /** Compute size of the branch: `nano`, `micro`, … Unknown sizes count as `nano`. */
  readonly size?: string
  readonly maxConnections?: number
  /** Settings that let finished pieces of the log be kept; without them they are not. */
  readonly archiving?: Settings | undefined
}

const mib = (size: number): string => `${Math.floor(size)}MB`

/**
 * What grows with the memory and the processors of a size. Postgres takes shared buffers only when it uses them;
 * the file cache is shared with the neighbours on the machine.
 */
const bySize = (size: string): Settings => {
  const { memoryMiB, cpus } = computeSizeOf(size)
  const machineMiB = totalmem() / 2 ** 20
  const memory = Math.min(memoryMiB, machineMiB)
  const processors = Math.min(cpus, availableParallelism())
  return {
    shared_buffers: mib(size === 'nano' ? 16 : Math.min(memory / 16, machineMiB / 8)),
    effective_cache_size: mib(memory / 4),
    maintenance_work_mem: mib(Math.min(Math.max(memory / 16, 32), 2048)),
    // Never fewer than Postgres itself takes: plans and EXPLAIN look as they do elsewhere.
    max_parallel_workers_per_gather: String(Math.max(2, Math.floor(processors / 2))),
    // The scheduler takes one, and one for each job that runs.
    max_worker_processes: String(Math.max(8, processors + 6)),
  }
}

const lean = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  huge_pages: 'off',
  // Nothing is compiled at run time, as on a server without LLVM; `jit = off` would show in every EXPLAIN (SETTINGS).
  jit_provider: 'none',
  wal_level: 'logical',
  max_wal_senders: '8',
  max_replication_slots: '8',
  max_slot_wal_keep_size: '1GB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  checkpoint_timeout: '15min',
  max_logical_replication_workers: '0',
  max_parallel_maintenance_workers: '0',
  autovacuum_max_workers: '1',
  autovacuum_naptime: '60s',
  bgwriter_lru_maxpages: '0',
  bgwriter_delay: '10s',
  dynamic_shared_memory_type: 'mmap',
  password_encryption: 'scram-sha-256',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_checkpoints: 'off',
  'pg_stat_statements.track_utility': 'off',
} satisfies Settings

/** With syncfs a start after a crash takes 69 ms instead of 178 (measured); Linux only. */
const bySystem: Settings = process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}

const forMajor = (major: number): Settings =>
  major >= 18 ? { io_method: 'sync', idle_replication_slot_timeout: '3d' } : {}

/** Jobs run as the role that made them, in a process of their own; none runs as a superuser. */
const scheduler: Settings = {
  'cron.database_name': 'postgres',
  'cron.use_background_workers': 'on',
  'cron.enable_superuser_jobs': 'off',
  'cron.log_statement': 'off',
}

const forLibraries = ({ preload = [] }: Runtime): Settings => ({
  shared_preload_libraries: ['pg_stat_statements', ...preload].join(','),
  ...(preload.includes('pg_cron') ? scheduler : {}),
})

/** All settings a server is started with. */
export const makeSettings = (options: SettingsOptions): Settings => ({
  ...lean,
  ...bySystem,
  ...forMajor(majorOf(options.runtime)),
  ...forLibraries(options.runtime),
  ...(options.archiving ?? { archive_mode: 'off' }),
  ...bySize(options.size ?? 'nano'),
  max_connections: String(options.maxConnections ?? 60),
  unix_socket_directories: options.socketDir,
  cluster_name: options.name,
})

const quote = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const HEAD = '# Written by Plinth at every start; changes here are lost.\n'

/** The text of a settings file. */
export const renderSettings = (settings: Settings, head = HEAD): string =>
  head +
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${quote(value)}\n`)
    .join('')

/** The settings that the server on this data directory was started with. */
export const readSettings = async (dataDir: string): Promise<Settings> => {
  const lines = (await readOwnFile(join(dataDir, 'plinth.conf')))?.split('\n') ?? []
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([\w.]+) = '(.*)'$/.exec(line)
      return match ? [[match[1], match[2]?.replaceAll("''", "'").replaceAll('\\\\', '\\')]] : []
    }),
  )
}
