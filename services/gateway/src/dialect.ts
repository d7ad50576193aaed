// Errors of the gateway itself: `{ message, hint? }`, readable by browsers of any origin.

import type { Dialect } from '@plinth/http'

/** The few errors that come before any hook ran carry the CORS header from here. */
export const gatewayDialect: Dialect = ({ status, message, hint }) => ({
  status,
  headers: { 'access-control-allow-origin': '*' },
  body: hint === undefined ? { message } : { message, hint },
})
