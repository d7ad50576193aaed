// The head of a request, as long as it is plain. Nothing is refused here: whatever is not plain is node's to judge, so
// that all that counts is that node would take what is taken here, and read it alike (RFC 9112; a test compares them).

import type { IncomingHttpHeaders } from 'node:http'
import { endOfLine, trimmed } from '../head-text.ts'

export type RequestHead = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Bytes of the body; 0 without one. */
  readonly length: number
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const version = ' HTTP/1.1'
/** A path; no fragment. */
const target = /^\/[!"$-~]*$/
/** A name, no space before the colon, and no line that goes on in the next one. */
const fields = /^(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/
const plainLength = /^(?:0|[1-9]\d{0,14})$/
const mostFields = 100

/** What says more than one message alone: another protocol, another framing, a question before the body. */
const special: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'upgrade',
  'expect',
  'trailer',
  'te',
  'proxy-connection',
  'set-cookie',
  'http2-settings',
])

/** `text` is the head as latin1 without the empty line at its end. `undefined`: not plain. */
export const readRequestHead = (text: string): RequestHead | undefined => {
  const lineEnd = endOfLine(text, 0)
  const space = text.indexOf(' ')
  const targetEnd = lineEnd - version.length
  if (space < 0 || targetEnd <= space || !text.startsWith(version, targetEnd)) return undefined
  const method = text.slice(0, space)
  const url = text.slice(space + 1, targetEnd)
  if (!methods.has(method) || !target.test(url) || !fields.test(text.slice(lineEnd))) return undefined
  const headers = readFields(text, lineEnd)
  // Node wants a host, and HTTP/1.1 exactly one.
  if (headers?.host === undefined) return undefined
  const length = headers['content-length']
  if (length === undefined) return { method, url, headers, length: 0 }
  return plainLength.test(length) ? { method, url, headers, length: Number(length) } : undefined
}

/** By lower-case names. `undefined` when one comes twice or is special. */
const readFields = (text: string, from: number): IncomingHttpHeaders | undefined => {
  const headers: IncomingHttpHeaders = {}
  let count = 0
  for (let at = from; at < text.length; ) {
    const start = at + 2
    at = endOfLine(text, start)
    const colon = text.indexOf(':', start)
    const name = text.slice(start, colon).toLowerCase()
    const value = trimmed(text, colon + 1, at)
    count += 1
    // Names that every object has count as known: node has ways of its own with them.
    if (count > mostFields || headers[name] !== undefined || isSpecial(name, value)) return undefined
    headers[name] = value
  }
  return headers
}

const isSpecial = (name: string, value: string): boolean =>
  special.has(name) || (name === 'connection' && value.toLowerCase() !== 'keep-alive')
