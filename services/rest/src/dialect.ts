// Errors on the wire: a JSON object of exactly four keys, and the code again in `Proxy-Status`.

import type { RestConfig } from '@plinth/contracts'
import type { PlinthError } from '@plinth/errors'
import type { Rendered } from '@plinth/http'
import { AnswerHeaders } from './database-fault.ts'
import { isHeader } from './set-by-sql.ts'

export type Verbosity = RestConfig['clientErrorVerbosity']

export const errorBody = (error: PlinthError, verbosity: Verbosity): string => {
  if (verbosity === 'minimal') return JSON.stringify({ code: error.code, message: error.message })
  return JSON.stringify({
    code: error.code,
    details: error.details ?? null,
    hint: error.hint ?? null,
    message: error.message,
  })
}

const challenge = ({ code, message }: PlinthError): Readonly<Record<string, string>> => {
  if (code === 'PGRST302') return { 'www-authenticate': 'Bearer' }
  return code === 'PGRST301' || code === 'PGRST303'
    ? { 'www-authenticate': `Bearer error="invalid_token", error_description=${JSON.stringify(message)}` }
    : {}
}

/** `verbosity` is asked for at each error: the database can change it. */
export const restDialect =
  (verbosity: () => Verbosity) =>
  (error: PlinthError): Rendered => ({
    status: error.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(isHeader('proxy-status', error.code) ? { 'proxy-status': `PostgREST; error=${error.code}` } : {}),
      ...challenge(error),
      ...(error.cause instanceof AnswerHeaders ? error.cause.headers : {}),
      ...(error.status === 503 ? { 'retry-after': '1' } : {}),
    },
    body: errorBody(error, verbosity()),
  })
