// What can be wrong with a request before any handler sees it.

import { defineErrors } from '@plinth/errors'

export const httpErrors = defineErrors('http', {
  routeNotFound: (method: string, path: string) => ({
    code: 'route_not_found',
    kind: 'caller',
    status: 404,
    message: `There is nothing at ${method} ${path}.`,
  }),
  methodNotAllowed: (method: string, path: string, allowed: readonly string[]) => ({
    code: 'method_not_allowed',
    kind: 'caller',
    status: 405,
    message: `${path} does not take ${method}; it takes ${allowed.join(', ')}.`,
    details: { allowed },
  }),
  bodyTooLarge: (limit: number) => ({
    code: 'request_too_large',
    kind: 'limit',
    status: 413,
    message: `The request body is larger than ${limit} bytes.`,
  }),
  mediaTypeUnknown: (type: string) => ({
    code: 'unsupported_media_type',
    kind: 'caller',
    status: 415,
    message: `The content type ${type} is not accepted here.`,
  }),
  badJson: () => ({
    code: 'bad_json',
    kind: 'caller',
    status: 400,
    message: 'The request body is not valid JSON.',
  }),
  badUrl: () => ({
    code: 'bad_request',
    kind: 'caller',
    status: 400,
    message: 'The address is not valid: it holds a wrong % escape.',
  }),
  badRequest: (message: string) => ({ code: 'bad_request', kind: 'caller', status: 400, message }),
  tooManyRequests: (seconds: number) => ({
    code: 'rate_limited',
    kind: 'limit',
    status: 429,
    message: `Too many requests. Try again in ${seconds} s.`,
    details: { retryAfter: seconds },
  }),
  notReachable: (socketPath: string, cause: unknown) => ({
    code: 'process_not_reachable',
    kind: 'platform',
    status: 503,
    message: `Nothing answers at ${socketPath}.`,
    cause,
  }),
})
