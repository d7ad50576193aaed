// Passes one request to the process behind a unix socket and its answer back: heads are rewritten, bodies
// are only bytes. Both sides slow each other down, and when one side leaves, the other is told.

import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http'
import { withoutHopHeaders } from './hop-headers.ts'
import { maxHeaderBytes } from './make-server.ts'

export type PipeTarget = {
  readonly socketPath: string
  /** Keeps connections to many sockets apart by itself. */
  readonly agent: Agent
  /** Names and values in turn; they replace what the client sent under these names. */
  readonly headers: readonly string[]
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
  target: PipeTarget,
): Promise<PipeOutcome> => {
  const outcome = await pipeOnce(request, response, target)
  return outcome === 'stale' ? finalOf(await pipeOnce(request, response, target)) : outcome
}

/** `stale`: a kept-alive connection was closed before any byte of an answer, and repeating does no harm. */
type Attempt = PipeOutcome | 'stale'

const finalOf = (attempt: Attempt): PipeOutcome => (attempt === 'stale' ? 'broken' : attempt)

const pipeOnce = (request: IncomingMessage, response: ServerResponse, target: PipeTarget): Promise<Attempt> =>
  new Promise((resolve) => {
    const withBody = hasBody(request)
    const upstream = openRequest({
      socketPath: target.socketPath,
      agent: target.agent,
      method: request.method,
      path: request.url,
      headers: upstreamHeaders(request, target.headers, withBody),
      maxHeaderSize: maxHeaderBytes,
      setDefaultHeaders: false,
    })
    const onClientGone = () => {
      if (response.writableFinished) return
      upstream.destroy()
      resolve('answered')
    }
    response.once('close', onClientGone)
    const leave = (outcome: Attempt) => {
      if (outcome !== 'answered') response.off('close', onClientGone)
      resolve(outcome)
    }
    let isConnected = false
    whenConnected(upstream, () => {
      isConnected = true
      if (withBody) passBody(request, upstream)
    })
    if (!withBody) upstream.end()

    upstream.once('response', (answer) => {
      passAnswer(answer, response)
      leave('answered')
    })
    upstream.on('error', () => {
      // An answer that is on its way tells its own end; a refused upload is read to its end and dropped, since
      // clients do not listen before they have said everything.
      if (response.headersSent) {
        request.removeAllListeners('data').resume()
        return
      }
      if (!isConnected) leave('unreached')
      else leave(upstream.reusedSocket && isRepeatable(request, withBody) ? 'stale' : 'broken')
    })
  })

const whenConnected = (upstream: ClientRequest, act: () => void): void => {
  upstream.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', act)
    else act()
  })
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

const isRepeatable = ({ method = '' }: IncomingMessage, withBody: boolean): boolean =>
  !withBody && repeatable.has(method)

/** Methods that say nothing about a body when they have none. */
const bodiless = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

const upstreamHeaders = (request: IncomingMessage, own: readonly string[], withBody: boolean): string[] => {
  const headers = withoutHopHeaders(request.rawHeaders, own)
  headers.push('connection', 'keep-alive')
  if (request.headers['content-length'] !== undefined) return headers
  // The framing of this connection is ours: what came in pieces goes on in pieces.
  if (withBody) headers.push('transfer-encoding', 'chunked')
  else if (!bodiless.has(request.method ?? '')) headers.push('content-length', '0')
  return headers
}

/**
 * Each piece goes on one turn of the event loop after it came: an answer sent before the body's end is then read
 * before we write into a connection that the other side has closed behind it, which would lose the answer.
 */
const passBody = (request: IncomingMessage, upstream: ClientRequest): void => {
  request.on('data', (piece) => {
    request.pause()
    setImmediate(() => {
      if (upstream.destroyed || upstream.write(piece)) request.resume()
      else upstream.once('drain', () => request.resume())
    })
  })
  // The end can be told before the last piece has gone; in the same queue it comes behind.
  request.on('end', () => setImmediate(() => upstream.end()))
}

const passAnswer = (answer: IncomingMessage, response: ServerResponse): void => {
  response.sendDate = false
  response.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage ?? '',
    withoutHopHeaders(answer.rawHeaders, []),
  )
  answer.on('data', (piece) => {
    if (response.write(piece)) return
    answer.pause()
    response.once('drain', () => answer.resume())
  })
  answer.on('end', () => response.end())
  // Cut short: the client must not take it for the whole.
  answer.on('error', () => response.destroy())
}
