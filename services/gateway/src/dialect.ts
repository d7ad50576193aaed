// Errors of the gateway itself: `{ message, hint? }`, readable by browsers of any origin.

import type { PlinthError } from '@plinth/errors'
import type { Rendered } from '@plinth/http'

/** The few errors that come before any hook ran carry the CORS header from here. */
export const gatewayDialect = ({ status, message, hint }: PlinthError): Rendered => ({
  status,
  headers: { 'access-control-allow-origin': '*' },
  body: hint === undefined ? { message } : { message, hint },
})
