// How errors of this service look on the wire: GoTrue's two shapes, chosen by the version the caller names.

import type { PlinthError } from '@plinth/errors'
import type { Dialect, Rendered } from '@plinth/http'
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

const isOAuth = (error: PlinthError): error is PlinthError & { details: { error: string } } =>
  error.code === 'oauth_error'

const render = (error: PlinthError, requestId: string, isNew: boolean): Rendered => {
  if (isOAuth(error)) {
    return { status: 400, body: { error: error.details.error, error_description: error.message } }
  }
  const code = error.kind === 'bug' ? 'unexpected_failure' : error.code
  const message =
    error.kind === 'bug' ? 'Unexpected failure, please check server logs for more information' : error.message
  const weak = error.code === 'weak_password' ? { weak_password: error.details } : {}
  return {
    status: error.status,
    headers: { 'x-sb-error-code': code, ...(isNew ? { [versionHeader]: version } : {}) },
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
  return render(ofTheFrame[error.code]?.() ?? error, request.id, isNew)
}
