// Every error of this engine, in words an owner or operator can act on.

import { defineErrors } from '@plinth/errors'

const broken = (code: string, message: string, hint?: string) =>
  ({ code, kind: 'platform', status: 503, message, hint }) as const

export const clusterErrors = defineErrors('cluster', {
  noBackrest: () => ({
    code: 'pgbackrest_missing',
    kind: 'caller',
    status: 503,
    message:
      'A bucket for backups is named, and pgBackRest, which carries them there, is not on this machine.',
    hint: "Install the package pgbackrest, of a version that knows this machine's Postgres.",
  }),
  noPooler: () => ({
    code: 'pooler_unavailable',
    kind: 'platform',
    status: 503,
    message: 'This installation has no pooler: its Postgres came without PgBouncer.',
    hint: 'Connect to the Postgres port, or install PgBouncer 1.21 or later.',
  }),
  poolerFailed: () => ({
    code: 'pooler_failed',
    kind: 'platform',
    status: 503,
    message: 'The pooler did not start; its log says why.',
  }),
  runtimeMissing: () => ({
    code: 'postgres_runtime_missing',
    kind: 'platform',
    status: 500,
    message: 'No Postgres has been prepared for this installation.',
    hint: 'Run `node tools/bootstrap.mjs` in the folder of Plinth.',
  }),
  runtimeChanged: (wanted: string) => ({
    code: 'postgres_runtime_changed',
    kind: 'platform',
    status: 500,
    message: `PG_BIN_DIR is ${wanted}, but another Postgres was prepared.`,
    hint: 'Run `node tools/bootstrap.mjs` once with this setting.',
  }),
  noInitAccount: () => ({
    code: 'postgres_account_missing',
    kind: 'platform',
    status: 500,
    message:
      'Running as root, Plinth needs a system account `postgres` or `nobody` to prepare databases with.',
  }),
  initFailed: (words: string) => ({
    code: 'database_init_failed',
    kind: 'platform',
    status: 500,
    message: `A new database could not be prepared: ${words}`,
  }),
  diskFull: () =>
    broken('database_disk_full', 'The disk of the host is full.', 'Free space, then start again.'),
  memoryShort: () =>
    broken(
      'database_memory_short',
      'The host has not enough memory to start the database.',
      'Stop other projects.',
    ),
  permissionDenied: (words: string) =>
    broken('database_permission_denied', `The database may not use one of its own files: ${words}`),
  socketTaken: () =>
    broken(
      'database_socket_taken',
      'Another process holds the socket of this database.',
      'Stop that process.',
    ),
  dataDamaged: (words: string) =>
    broken('database_damaged', `The files of the database are damaged: ${words}`, 'Restore a backup.'),
  startFailed: (words: string) => broken('database_start_failed', `The database did not start: ${words}`),
  startTimedOut: (seconds: number) =>
    broken('database_start_timeout', `The database was not ready after ${seconds} seconds.`),
  alreadyRunning: (pid: number) =>
    broken('database_running', `The database runs already, as process ${pid}.`),
  dataDirTaken: (path: string) => broken('database_exists', `There are files in ${path} already.`),
  controlFileUnknown: () =>
    broken(
      'control_file_unknown',
      'The control file of the database has a layout this version does not know.',
    ),
})
