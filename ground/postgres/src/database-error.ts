// What Postgres answers when it cannot do what it was told, and what both clients throw when it is not
// there to answer.

export type DatabaseErrorFields = {
  readonly message: string
  readonly sqlstate: string
  readonly severity: string
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly position?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
  readonly where?: string | undefined
  /** Function of the server's source that raised it: tells errors of one code apart in any language. */
  readonly routine?: string | undefined
  readonly cause?: unknown
}

export class DatabaseError extends Error {
  readonly sqlstate: string
  readonly severity: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly position: string | undefined
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly constraint: string | undefined
  readonly where: string | undefined
  readonly routine: string | undefined

  constructor(fields: DatabaseErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.name = 'DatabaseError'
    this.sqlstate = fields.sqlstate
    this.severity = fields.severity
    this.detail = fields.detail
    this.hint = fields.hint
    this.position = fields.position
    this.schema = fields.schema
    this.table = fields.table
    this.column = fields.column
    this.constraint = fields.constraint
    this.where = fields.where
    this.routine = fields.routine
  }
}

export const isDatabaseError = (value: unknown): value is DatabaseError => value instanceof DatabaseError

/** The database could not be reached at all (08001). */
export const cannotConnect = (cause: unknown): DatabaseError =>
  new DatabaseError({
    message: `The database cannot be reached: ${reason(cause)}`,
    sqlstate: '08001',
    severity: 'FATAL',
    cause,
  })

/** The connection went away while a request was on its way (08006). */
export const connectionLost = (cause: unknown): DatabaseError =>
  new DatabaseError({
    message: `The connection to the database was lost: ${reason(cause)}`,
    sqlstate: '08006',
    severity: 'FATAL',
    cause,
  })

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
