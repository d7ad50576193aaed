// The framework's own errors as ours, so that a dialect renders only one kind of error.

import { type PlinthError, toPlinthError } from '@plinth/errors'
import type { FastifyRequest } from 'fastify'
import { httpErrors } from './errors.ts'

type Translate = (error: Error, request: FastifyRequest) => PlinthError

const translations: Readonly<Record<string, Translate>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_, request) => httpErrors.bodyTooLarge(request.routeOptions.bodyLimit),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, { headers }) =>
    httpErrors.mediaTypeUnknown(headers['content-type'] ?? 'of the request'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => httpErrors.badJson(),
  FST_ERR_CTP_INVALID_JSON_BODY: () => httpErrors.badJson(),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    httpErrors.badRequest('The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => httpErrors.badUrl(),
}

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined

/** A body parser's syntax error carries status 400 and no code. */
const isJsonError = (thrown: unknown): boolean =>
  thrown instanceof SyntaxError && 'statusCode' in thrown && thrown.statusCode === 400

export const fromFastify = (thrown: unknown, request: FastifyRequest): PlinthError => {
  const translate = translations[codeOf(thrown) ?? '']
  if (translate !== undefined && thrown instanceof Error) return translate(thrown, request)
  return isJsonError(thrown) ? httpErrors.badJson() : toPlinthError(thrown)
}
