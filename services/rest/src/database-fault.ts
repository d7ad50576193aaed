// Errors of Postgres as this API shows them: code, message, detail and hint pass through, the status follows
// from the code, and SQL code may set all of it (`raise sqlstate 'PGRST'`).

import { PlinthError } from '@plinth/errors'
import { type DatabaseError, isDatabaseError, statusOfSqlstate } from '@plinth/postgres'
import { errors } from './errors.ts'
import { isFinalStatus, isFraming, isHeader } from './set-by-sql.ts'

/** Carried as the cause: what the answer says beside its body. */
export class AnswerHeaders extends Error {
  readonly headers: Readonly<Record<string, string>>

  constructor(headers: Readonly<Record<string, string>>, cause: unknown) {
    super('answer headers', { cause })
    this.headers = headers
  }
}

/** An administrator or a time limit ended the connection. */
const ends: ReadonlySet<string> = new Set(['08003', '08006', '57P01', '57P02', '57P05', '25P03', '25P04'])

/** Failures of the connection, which have codes of their own in this API: what is fatal ends or prevents one. */
const connectionFault = ({ sqlstate, severity, message }: DatabaseError): PlinthError | undefined => {
  const isFatal = severity === 'FATAL' || severity === 'PANIC'
  if (sqlstate === '08003' || (isFatal && ends.has(sqlstate))) return errors.lostConnection()
  return isFatal ? errors.noConnection(message) : undefined
}

const statusOf = (error: DatabaseError, authenticated: boolean): number => {
  const { sqlstate, message } = error
  if (sqlstate === '21000') return message.endsWith('requires a WHERE clause') ? 400 : 500
  if (sqlstate === '22023' && /^role .* does not exist$/.test(message)) return 401
  if (sqlstate === '57P01') return 503
  if (sqlstate === '42883' && message.startsWith('function xmlagg(')) return 406
  if (sqlstate.startsWith('PT')) {
    const status = Number(sqlstate.slice(2))
    return isFinalStatus(status) ? status : 500
  }
  return statusOfSqlstate(sqlstate, { authenticated })
}

const object = (text: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    // Checked: an object, whose members are checked where they are read.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const messageHint =
  "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'."
const detailHint =
  "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'."

const headersOf = (value: unknown): Readonly<Record<string, string>> | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const named: [string, string][] = []
  for (const [name, text] of Object.entries(value)) {
    if (!isHeader(name, text)) return undefined
    if (!isFraming(name)) named.push([name.toLowerCase(), text])
  }
  return Object.fromEntries(named)
}

/** `raise sqlstate 'PGRST'`: MESSAGE is the body, DETAIL says status and headers. */
const raised = (error: DatabaseError): PlinthError => {
  const said = object(error.message)
  const code = text(said?.['code'])
  const message = text(said?.['message'])
  if (said === undefined || code === undefined || message === undefined)
    return errors.badRaise(`Invalid JSON value for MESSAGE: '${error.message}'`, messageHint)
  if (error.detail === undefined)
    return errors.badRaise('DETAIL is missing in the RAISE statement', detailHint)
  const detail = object(error.detail)
  const status = detail?.['status']
  const headers = headersOf(detail?.['headers'])
  if (typeof status !== 'number' || !isFinalStatus(status) || headers === undefined)
    return errors.badRaise(`Invalid JSON value for DETAIL: '${error.detail}'`, detailHint)
  return new PlinthError({
    code,
    kind: 'caller',
    status,
    message,
    details: text(said['details']),
    hint: text(said['hint']),
    cause: new AnswerHeaders(headers, error),
  })
}

/** Anything that `line.run` throws, as an error of this API. */
export const databaseFault = (thrown: unknown, authenticated: boolean): unknown => {
  if (!isDatabaseError(thrown)) return thrown
  const { sqlstate, message } = thrown
  if (sqlstate === 'PGRST') return raised(thrown)
  if (sqlstate === '53300' && message.startsWith('No database connection became free'))
    return errors.poolTimeout()
  const connection = connectionFault(thrown)
  if (connection !== undefined) return connection
  const status = statusOf(thrown, authenticated)
  const headers: Readonly<Record<string, string>> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return new PlinthError({
    code: sqlstate,
    kind: status >= 500 ? 'project' : 'caller',
    status,
    message,
    details: thrown.detail,
    hint: thrown.hint,
    cause: new AnswerHeaders(headers, thrown),
  })
}
