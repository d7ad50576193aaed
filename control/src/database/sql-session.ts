// One connection for one request of the Management API, as the project's own role. It is opened for the
// request and closed after it: nothing user-made (temporary tables, roles, locks, transactions, prepared
// statements, state of procedural languages) can outlive it, and an idle project keeps no connection that
// would keep it awake. That costs 10.7 ms a call, half of it the password exchange, against 0.15 ms for a kept
// connection with DISCARD ALL (two loaded cores, 2026-11), which leaves some of these things behind.

import { toPlinthError } from '@plinth/errors'
import pg from 'pg'
import { errors } from './errors.ts'
import { describeSqlError } from './sql-error.ts'
import { readValue } from './sql-values.ts'

export type SqlTarget = {
  readonly socketDir: string
  readonly database: string
  readonly user: string
  readonly password: string
  /** Settings the session starts with, and which `reset` leads back to. */
  readonly settings: Readonly<Record<string, string>>
}

export type SqlLimits = {
  readonly timeoutMs: number
  readonly resultBytes: number
  readonly signal: AbortSignal
}

export type SqlRow = Readonly<Record<string, unknown>>

export type SqlSession = {
  /** Several statements in one text; rows of the last one that gave any. */
  readonly script: (text: string) => Promise<readonly SqlRow[]>
  /** One statement with parameters. */
  readonly query: (text: string, values: readonly unknown[]) => Promise<readonly SqlRow[]>
}

/** How long Postgres may take to notice its own statement timeout before the connection is ended. */
const graceMs = 1000

const options = (settings: SqlTarget['settings']): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ')

const connect = async (target: SqlTarget): Promise<pg.Client> => {
  const client = new pg.Client({
    host: target.socketDir,
    port: 5432,
    user: target.user,
    password: target.password,
    database: target.database,
    application_name: 'plinth management api',
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: readValue },
    options: options(target.settings),
  })
  // A connection that ends in the middle is told by the query that was running.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw error instanceof pg.DatabaseError ? errors.busy(error.message) : errors.lost()
  }
  return client
}

/** Ends a backend from outside: the one thing that SQL running in it can neither catch nor outlive. */
const endBackend = async (target: SqlTarget, pid: number): Promise<void> => {
  const client = await connect(target)
  try {
    await client.query('select pg_terminate_backend($1)', [pid])
  } finally {
    await client.end()
  }
}

const lastRows = (answer: pg.QueryResult<SqlRow> | readonly pg.QueryResult<SqlRow>[]): readonly SqlRow[] => {
  const results = [answer].flat()
  return results.findLast((result) => result.rows.length > 0)?.rows ?? []
}

type Watch = { readonly why: () => Error | undefined; readonly stop: () => void }

/** Ends the session when it runs too long, answers too much, or nobody waits for it any more. */
const watch = (client: pg.Client, target: SqlTarget, limits: SqlLimits): Watch => {
  let why: Error | undefined
  let bytes = 0
  const { stream } = connectionOf(client)
  const end = (reason: Error) => {
    if (why !== undefined) return
    why = reason
    const pid = processIdOf(client)
    void endBackend(target, pid)
      .catch(() => undefined)
      .finally(() => stream.destroy())
  }
  const onAbort = () => end(errors.clientGone())
  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limits.resultBytes) {
      end(errors.resultTooLarge(limits.resultBytes))
      stream.destroy()
    }
  }
  const timer = setTimeout(() => end(errors.timeout(limits.timeoutMs)), limits.timeoutMs + graceMs)
  limits.signal.addEventListener('abort', onAbort)
  stream.on('data', onData)
  return {
    why: () => why,
    stop: () => {
      clearTimeout(timer)
      limits.signal.removeEventListener('abort', onAbort)
      stream.off('data', onData)
    },
  }
}

type Internals = {
  readonly connection: { readonly stream: import('node:net').Socket }
  readonly processID: number
}
// The driver's own fields, there since its first releases and not in its types.
const connectionOf = (client: pg.Client) => (client as unknown as Internals).connection
const processIdOf = (client: pg.Client) => (client as unknown as Internals).processID

const translate = (error: unknown, query: string): Error => {
  if (error instanceof pg.DatabaseError) return errors.failed(describeSqlError(error, query))
  return error instanceof Error && /terminat|ended|closed|ECONNRESET|EPIPE/i.test(error.message)
    ? errors.lost()
    : toPlinthError(error)
}

/** Opens a session, hands it to `work`, and closes it whatever happened. */
export const withSqlSession = async <T>(
  target: SqlTarget,
  limits: SqlLimits,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> => {
  const settings = { statement_timeout: String(limits.timeoutMs), ...target.settings }
  const client = await connect({ ...target, settings })
  const watcher = watch(client, target, limits)
  const run = async (text: string, values?: readonly unknown[]): Promise<readonly SqlRow[]> => {
    try {
      // Without values the text goes as a whole and may hold several statements.
      return lastRows(await (values === undefined ? client.query(text) : client.query(text, [...values])))
    } catch (error) {
      throw watcher.why() ?? translate(error, text)
    }
  }
  try {
    limits.signal.throwIfAborted()
    return await work({ script: (text) => run(text), query: run })
  } finally {
    watcher.stop()
    await client.end().catch(() => undefined)
  }
}
