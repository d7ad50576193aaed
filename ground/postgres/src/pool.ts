// The platform's own client: a pool on `pg` for everything that is not the request line. Statements of
// one transaction are sent as they come (`pipeline`), answers are awaited where they are needed.

import type { Observe } from '@plinth/contracts'
import pg from 'pg'
import { cannotConnect, connectionLost, DatabaseError } from './database-error.ts'
import { readTypes } from './read-types.ts'
import type { Statement } from './sql.ts'

export type ConnectOptions = {
  /** Folder of the socket `.s.PGSQL.<port>`. */
  readonly socketDir: string
  readonly port?: number
  readonly user: string
  readonly password: string
  readonly database: string
}

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
  /** Several statements in one text without parameters, one implicit transaction. */
  readonly script: (text: string) => Promise<void>
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
  // A connection that breaks while nobody uses it: the pool has dropped it already.
  inner.on('error', (error) =>
    options.observe?.({
      level: 'warn',
      event: 'database.connection_lost',
      fields: { user: options.user },
      error,
    }),
  )

  const session = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const client = await inner.connect().catch(failConnect)
    let broken = true
    try {
      const result = await work(makeSession(client))
      broken = false
      return result
    } catch (error) {
      // After an answer of Postgres the connection is as good as before; after anything else nobody knows.
      broken = error instanceof DatabaseError ? error.sqlstate.startsWith('08') : false
      throw error
    } finally {
      client.release(broken)
    }
  }

  return {
    ...makeQueries((statement) =>
      inner.query({ text: statement.text, values: [...statement.values] }).catch(fail),
    ),
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
    await session.script('commit')
    return result
  } catch (error) {
    await session.script('rollback').catch(() => undefined)
    throw error
  }
}

/** `begin` with its modes, for both clients. */
export const beginText = ({ isolation, readOnly }: TransactionOptions): string =>
  ['begin', isolation && `isolation level ${isolation}`, readOnly && 'read only'].filter(Boolean).join(' ')

/** Settings of a `pg` client, also for the listener. */
export const clientConfig = (options: Omit<PoolOptions, 'size'>): pg.ClientConfig => ({
  host: options.socketDir,
  port: options.port ?? 5432,
  user: options.user,
  password: options.password,
  database: options.database,
  application_name: options.applicationName,
  connectionTimeoutMillis: 10_000,
  pipeline: true,
  types: { getTypeParser: readTypes },
  options: Object.entries({ TimeZone: 'UTC', DateStyle: 'ISO', ...options.options })
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' '),
})

type Answer = { readonly rows: readonly object[]; readonly rowCount: number | null }
type Send = (statement: Statement) => Promise<Answer>

const makeSession = (client: pg.PoolClient): Session => ({
  ...makeQueries((statement) =>
    client.query({ text: statement.text, values: [...statement.values] }).catch(fail),
  ),
  script: async (text) => {
    await client.query(text).catch(fail)
  },
})

const makeQueries = (send: Send): Queries => {
  // The caller names the row type of its own statement; the driver cannot know it.
  const query = async <R extends object>(statement: Statement) => (await send(statement)).rows as readonly R[]
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
    run: async (statement) => (await send(statement)).rowCount ?? 0,
  }
}

const fail = (error: unknown): never => {
  throw toDatabaseError(error)
}

const failConnect = (error: unknown): never => {
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
