// The platform's own client: a pool on `pg` for everything that is not the request line. Statements of
// one transaction are sent as they come (`pipeline`), answers are awaited where they are needed.

import type { Observe } from '@plinth/contracts'
import pg from 'pg'
import { cannotConnect, connectionLost, DatabaseError, isDatabaseError } from './database-error.ts'
import { hasOneWay, listAttempts } from './reach/attempts.ts'
import { LateSocket } from './reach/late-socket.ts'
import { openSocket } from './reach/open-socket.ts'
import { findAttempt } from './reach/open-wire.ts'
import type { ConnectOptions } from './reach/place.ts'
import { readTypes } from './read-types.ts'
import type { Statement } from './sql.ts'

export type PoolOptions = ConnectOptions & {
  readonly size: number
  readonly applicationName: string
  readonly observe?: Observe
  /** Settings every connection starts with, as `{ statement_timeout: '5s' }`. */
  readonly options?: Readonly<Record<string, string>>
}

type Row = Readonly<Record<string, unknown>>

/** What can be asked of a pool and of a session alike. */
export type Queries = {
  /** All rows. */
  readonly query: <R extends object = Row>(statement: Statement) => Promise<readonly R[]>
  /** The only row; throws when there is none or another one. */
  readonly one: <R extends object = Row>(statement: Statement) => Promise<R>
  /** The only row, if there is one; throws when there is another one. */
  readonly maybe: <R extends object = Row>(statement: Statement) => Promise<R | undefined>
  /** Number of affected rows. */
  readonly run: (statement: Statement) => Promise<number>
}

/** One connection for as long as the work lasts. */
export type Session = Queries & {
  /** Several statements in one text without parameters; gives the name of the last command, as `COMMIT`. */
  readonly script: (text: string) => Promise<string>
}

export type TransactionOptions = {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
}

export type Pool = Queries & {
  /** Commits when `work` returns, rolls back when it throws. */
  readonly transaction: <T>(
    work: (session: Session) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>
  /** A connection of its own without a transaction, for locks and scripts. */
  readonly session: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/**
 * Opens a pool. Rows come as objects: json parsed, int8 as number while it is a safe one (else text),
 * numeric as text, timestamps as ISO 8601 text with Postgres' microseconds (connections run in UTC), dates as text.
 */
export const openPool = (options: PoolOptions): Pool => {
  const inner = new pg.Pool({ ...clientConfig(options), max: options.size, idleTimeoutMillis: 30_000 })
  // A connection that breaks is dropped by the pool; whoever was using it learns it from the answer.
  inner.on('connect', (client) => client.on('error', () => undefined))
  inner.on('error', (error) =>
    options.observe?.({
      level: 'warn',
      event: 'database.connection_lost',
      fields: { user: options.user },
      error,
    }),
  )

  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await inner.connect().catch(failConnect)
    let isLost = false
    try {
      return await work(client)
    } catch (error) {
      isLost = isDatabaseError(error) && error.sqlstate.startsWith('08')
      throw error
    } finally {
      client.release(isLost)
    }
  }
  const session: Pool['session'] = (work) => withClient((client) => work(makeSession(client)))

  return {
    ...makeQueries((statement) => withClient((client) => send(client, statement))),
    session,
    transaction: (work, how = {}) => session((inside) => transact(inside, work, how)),
    close: () => inner.end(),
  }
}

const transact = async <T>(
  session: Session,
  work: (session: Session) => Promise<T>,
  how: TransactionOptions,
): Promise<T> => {
  const begun = session.script(beginText(how))
  // Not awaited: `begin` travels with the first statement. When it fails, so does what follows.
  begun.catch(() => undefined)
  try {
    const result = await work(session)
    await begun
    // Postgres ends a transaction in which something failed by rolling back, and calls that a success.
    if ((await session.script('commit')) === 'ROLLBACK') throw transactionFailed()
    return result
  } catch (error) {
    await session.script('rollback').catch(() => undefined)
    throw error
  }
}

const transactionFailed = (): DatabaseError =>
  new DatabaseError({
    message: 'A statement of the transaction had failed, so nothing was committed.',
    sqlstate: '25P02',
    severity: 'ERROR',
  })

/** `begin` with its modes, for both clients. */
export const beginText = ({ isolation, readOnly }: TransactionOptions): string =>
  ['begin', isolation && `isolation level ${isolation}`, readOnly && 'read only'].filter(Boolean).join(' ')

const usualConnectMs = 10_000

/** The driver's socket goes the way the line's connections go, encryption and other places included. */
const lateSocket = (options: Omit<PoolOptions, 'size'>): LateSocket =>
  new LateSocket(async () => {
    const [only] = hasOneWay(options) ? listAttempts(options).flat() : []
    const attempt = only ?? (await findAttempt({ ...options, parameters: {} }))
    return openSocket(attempt, AbortSignal.timeout(options.connectMs ?? usualConnectMs))
  })

/** Settings of a `pg` client, also for the listener. */
export const clientConfig = (options: Omit<PoolOptions, 'size'>): pg.ClientConfig => ({
  host: options.socketDir,
  port: options.port ?? 5432,
  user: options.user,
  password: options.password,
  database: options.database,
  application_name: options.applicationName,
  connectionTimeoutMillis: options.connectMs ?? usualConnectMs,
  ...(options.tls === undefined && options.others === undefined
    ? undefined
    : // The driver's types know its own kinds of sockets only.
      { stream: () => lateSocket(options) as never }),
  pipeline: true,
  types: { getTypeParser: readTypes },
  options: Object.entries({ TimeZone: 'UTC', DateStyle: 'ISO', ...options.options })
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' '),
})

type Answer = { readonly rows: readonly object[]; readonly rowCount: number | null }
type Ask = (statement: Statement) => Promise<Answer>

const send = (client: pg.PoolClient, { text, values }: Statement): Promise<Answer> =>
  client.query({ text, values: [...values] }).catch(fail)

const makeSession = (client: pg.PoolClient): Session => ({
  ...makeQueries((statement) => send(client, statement)),
  script: async (text) => {
    const results = await client.query(text).catch(fail)
    // Several statements give an array, whatever the types of the driver say.
    return [results].flat().at(-1)?.command ?? ''
  },
})

const makeQueries = (ask: Ask): Queries => {
  // The caller names the row type of its own statement; the driver cannot know it.
  const query = async <R extends object>(statement: Statement) => (await ask(statement)).rows as readonly R[]
  const maybe = async <R extends object>(statement: Statement) => {
    const rows = await query<R>(statement)
    if (rows.length > 1) throw new Error(`One row was expected, ${rows.length} came back.`)
    return rows[0]
  }
  return {
    query,
    maybe,
    one: async <R extends object>(statement: Statement) => {
      const row = await maybe<R>(statement)
      if (row === undefined) throw new Error('One row was expected, none came back.')
      return row
    },
    run: async (statement) => (await ask(statement)).rowCount ?? 0,
  }
}

const fail = (error: unknown): never => {
  throw toDatabaseError(error)
}

const failConnect = (error: unknown): never => {
  if (isDatabaseError(error)) throw error
  throw error instanceof pg.DatabaseError ? toDatabaseError(error) : cannotConnect(error)
}

const toDatabaseError = (error: unknown): DatabaseError =>
  error instanceof pg.DatabaseError
    ? new DatabaseError({
        message: error.message,
        sqlstate: error.code ?? 'XX000',
        severity: error.severity ?? 'ERROR',
        detail: error.detail,
        hint: error.hint,
        position: error.position,
        schema: error.schema,
        table: error.table,
        column: error.column,
        constraint: error.constraint,
        where: error.where,
        routine: error.routine,
      })
    : connectionLost(error)
