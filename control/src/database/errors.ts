// What can be wrong with SQL that an owner sends.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('database', {
  failed: (message: string) => bad('sql_failed', `Failed to run sql query: ${message}`),
  onlyReading: () =>
    bad(
      'read_only',
      'Failed to run sql query: a read-only query cannot begin, end or change its transaction',
    ),
  oneStatement: () =>
    bad('one_statement', 'Failed to run sql query: only one statement can be run with parameters'),
  resultTooLarge: (bytes: number) =>
    bad('result_too_large', `Failed to run sql query: the result is larger than ${bytes} bytes; add a limit`),
  timeout: (ms: number) => ({
    code: 'sql_timeout',
    kind: 'project',
    status: 408,
    message: `Failed to run sql query: it ran longer than ${ms / 1000} s and was stopped`,
  }),
  clientGone: () => ({
    code: 'client_gone',
    kind: 'caller',
    status: 499,
    message: 'The client went away; the query was stopped',
  }),
  lost: () => ({
    code: 'database_lost',
    kind: 'project',
    status: 503,
    message: 'Failed to run sql query: the connection to the database was lost',
  }),
  busy: (reason: string) => ({
    code: 'database_busy',
    kind: 'project',
    status: 503,
    message: `Failed to run sql query: ${reason}`,
  }),
  migrationNotFound: (version: string) => ({
    code: 'migration_not_found',
    kind: 'caller',
    status: 404,
    message: `Migration ${version} not found`,
  }),
  transactionInMigration: () =>
    bad(
      'transaction_in_migration',
      'A migration runs in one transaction: take BEGIN, COMMIT, ROLLBACK and SAVEPOINT out of it',
    ),
  noRollback: (version: string) =>
    bad('no_rollback', `Migration ${version} has no rollback statement; nothing was changed`),
  badRootKey: () => bad('bad_root_key', 'Expected a 32 byte secret, hex-encoded (64 characters).'),
  notReadonly: () => bad('not_readonly', 'The database is not in read-only mode.'),
  noWebhooks: () =>
    bad('no_webhooks', 'Webhooks of tables need the extension pg_net, which this Postgres does not have.'),
})
