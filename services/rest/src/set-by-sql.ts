// What SQL code may set of an answer: a status that ends the request, and headers that leave the connection whole.

import { validateHeaderName, validateHeaderValue } from 'node:http'

/** Lower ones announce another answer, for which the client would wait in vain; higher ones do not exist. */
export const isFinalStatus = (status: number): boolean =>
  Number.isInteger(status) && status >= 200 && status <= 599

/** Where a body ends and what becomes of the connection is told by whoever sends it. */
const framing = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export const isFraming = (name: string): boolean => framing.has(name.toLowerCase())

export const isHeader = (name: string, value: unknown): value is string => {
  if (typeof value !== 'string') return false
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
