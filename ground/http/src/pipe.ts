// Passes one request to the process behind a unix socket and its answer back: heads are rewritten, bodies
// are only bytes.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutHopHeaders } from './hop-headers.ts'
import { hasBody } from './read-body.ts'
import type { UpstreamConnection } from './upstream/connection.ts'
import { type Attempt, type Outgoing, Passage } from './upstream/passage.ts'
import type { Upstreams } from './upstream/upstreams.ts'

export type PipeTarget = {
  readonly socketPath: string
  readonly upstreams: Upstreams
  /** Names and values in turn; they replace what the client sent under these names. */
  readonly headers: readonly string[]
  /** Whether the request stands on the hot line of the process behind. */
  readonly isHot?: boolean
}

/**
 * - `answered`: the client has its answer, or has gone.
 * - `unreached`: nobody took the request and nothing was read of its body, so it may be tried elsewhere.
 * - `broken`: the other side took it and gave no answer; the client still waits for one.
 */
export type PipeOutcome = 'answered' | 'unreached' | 'broken'

/** Never throws. A request without a body that met a connection just being closed is sent once more. */
export const pipe = async (
  request: IncomingMessage,
  response: ServerResponse,
  { socketPath, upstreams, headers, isHot = false }: PipeTarget,
): Promise<PipeOutcome> => {
  const withBody = hasBody(request)
  const out = { request, response, head: headOf(request, headers, withBody), withBody }
  // A body in chunks is not read on the hot line.
  const hot = isHot && request.headers['transfer-encoding'] === undefined
  const first = await attempt(out, upstreams.take(socketPath, { isHot: hot }))
  if (first !== 'stale') return first
  if (!repeatable.has(request.method ?? '')) return 'broken'
  const second = await attempt(out, upstreams.take(socketPath, { isNew: true, isHot: hot }))
  return second === 'stale' ? 'broken' : second
}

const attempt = (out: Outgoing, connection: UpstreamConnection): Promise<Attempt> =>
  new Promise((resolve) => {
    new Passage(out, connection, resolve)
  })

/** Doing it twice is doing it once. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Methods that say nothing about a body when they have none. */
const bodiless = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** Whatever is in it was read by Node's parser or is our own: nothing in it ends a line. */
const headOf = (request: IncomingMessage, own: readonly string[], withBody: boolean): string => {
  const { method = 'GET', url = '/' } = request
  const headers = withoutHopHeaders(request.rawHeaders, own)
  let head = `${method} ${url} HTTP/1.1\r\n`
  for (let index = 0; index + 1 < headers.length; index += 2)
    head += `${headers[index]}: ${headers[index + 1]}\r\n`
  if (request.headers['content-length'] === undefined) {
    if (withBody) head += 'transfer-encoding: chunked\r\n'
    else if (!bodiless.has(method)) head += 'content-length: 0\r\n'
  }
  // That the connection goes on needs no saying in HTTP/1.1.
  return `${head}\r\n`
}
