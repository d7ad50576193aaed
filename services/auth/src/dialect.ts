// How errors of this service look on the wire: GoTrue's two shapes, chosen by the version the caller names.

import type { PlinthError } from '@plinth/errors'
import type { Dialect, Rendered } from '@plinth/http'
import { isDatabaseError } from '@plinth/postgres'
import { errors } from './errors.ts'

const versionHeader = 'x-supabase-api-version'
const version = '2024-01-01'
const isDate = /^\d{4}-\d{2}-\d{2}$/

const bodyLimit = 1024 * 1024

/** Errors of the HTTP frame, in this API's words. */
const ofTheFrame: Readonly<Record<string, () => PlinthError>> = {
  request_too_large: () => errors.bodyTooLarge(bodyLimit),
  route_not_found: () => errors.notFound(),
}

/** Classes of problems that Postgres describes to the caller itself, as upstream lets it. */
const told = new Set(['P0001', '23000', '23001', '23502', '23503', '23505', '23514', '23P01'])
/** Triggers may choose a status with `errcode = 'PT403'`, as they do with PostgREST. */
const chosenStatus = (sqlstate: string): number => {
  const status = Number(/^PT(\d{3})$/.exec(sqlstate)?.[1] ?? 500)
  return status >= 400 && status <= 599 ? status : 500
}

/** Words of the owner's own, for clients that name no version: those know this shape. */
const ofDatabase = ({ kind, status, code, cause }: PlinthError): Rendered | undefined => {
  if (status < 500 || !isDatabaseError(cause)) return undefined
  const { sqlstate, message, hint, detail } = cause
  const isRaised = sqlstate === 'P0001' || sqlstate.startsWith('PT')
  if (!isRaised && (kind === 'bug' || !told.has(sqlstate))) return undefined
  const headers = { 'x-sb-error-code': kind === 'bug' ? 'unexpected_failure' : code }
  // Of a broken rule the detail is the whole row, with what nobody may see.
  const body = { code: sqlstate, message, hint, detail: isRaised ? detail : undefined }
  return { status: chosenStatus(sqlstate), headers, body }
}

const isOAuth = (error: PlinthError): error is PlinthError & { details: { error: string } } =>
  error.code === 'oauth_error'

const render = (error: PlinthError, requestId: string, isNew: boolean): Rendered => {
  const named = isNew ? { [versionHeader]: version } : {}
  if (isOAuth(error)) {
    const body = { error: error.details.error, error_description: error.message }
    return { status: 400, headers: named, body }
  }
  const code = error.kind === 'bug' ? 'unexpected_failure' : error.code
  const message =
    error.kind === 'bug' ? 'Unexpected failure, please check server logs for more information' : error.message
  const weak = error.code === 'weak_password' ? { weak_password: error.details } : {}
  return {
    status: error.status,
    headers: { 'x-sb-error-code': code, ...named },
    body: isNew
      ? { code, message, ...weak }
      : {
          code: error.status,
          error_code: code,
          msg: message,
          ...(error.status >= 500 ? { error_id: requestId } : {}),
          ...weak,
        },
  }
}

export const authDialect: Dialect = (error, request) => {
  const asked = request.headers[versionHeader]
  const isNew = typeof asked === 'string' && isDate.test(asked) && asked >= version
  const said = isNew ? undefined : ofDatabase(error)
  return said ?? render(ofTheFrame[error.code]?.() ?? error, request.id, isNew)
}
