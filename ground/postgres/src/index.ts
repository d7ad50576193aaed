// Postgres for the rest of the house: statements, the platform's pool, the request line, listening and
// migrating.

export { cannotConnect, DatabaseError, isDatabaseError } from './database-error.ts'
export { type Line, type LineOptions, openLine } from './line/line.ts'
export type { LineRequest, LineResult, NamedSettings } from './line/turn.ts'
export { type Listener, type ListenOptions, listen } from './listen.ts'
export { MigrationError, migrate } from './migrate.ts'
export {
  openPool,
  type Pool,
  type PoolOptions,
  type Queries,
  type Session,
  type TransactionOptions,
} from './pool.ts'
export type { ConnectOptions, DatabaseTls, Place, ServerKind, TlsMode } from './reach/place.ts'
export { readArray, readInt8 } from './read-types.ts'
export { ident, join, raw, type Statement, sql } from './sql.ts'
export { statusOfSqlstate } from './sqlstate.ts'
export type { Value } from './to-text.ts'
