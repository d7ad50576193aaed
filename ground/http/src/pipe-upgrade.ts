// Passes a WebSocket's opening request on, and once the other side agrees, everything after it in both directions.

import { type IncomingMessage, request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { withoutHopHeaders } from './hop-headers.ts'
import { joinStreams } from './join-streams.ts'

export type UpgradeTarget = {
  readonly socketPath: string
  readonly headers: readonly string[]
}

/** The client's side of an upgrade as node:http hands it over. */
export type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }

/** `unreached`: nobody took it; the client still waits for an answer. Resolves when the other side has answered. */
export const pipeUpgrade = (
  { request, socket, head }: Upgrade,
  target: UpgradeTarget,
): Promise<'answered' | 'unreached'> =>
  new Promise((resolve) => {
    const headers = withoutHopHeaders(request.rawHeaders, target.headers)
    headers.push('connection', 'Upgrade', 'upgrade', request.headers.upgrade ?? 'websocket')
    const upstream = openRequest({
      socketPath: target.socketPath,
      method: request.method,
      path: request.url,
      headers,
      agent: false,
      setDefaultHeaders: false,
    })
    const onClientGone = () => {
      upstream.destroy()
      resolve('answered')
    }
    socket.once('close', onClientGone)
    upstream.once('upgrade', (answer, upstreamSocket, upstreamHead) => {
      socket.write(
        renderHead(answer, ['connection', 'Upgrade', 'upgrade', answer.headers.upgrade ?? 'websocket']),
      )
      if (upstreamHead.length > 0) socket.write(upstreamHead)
      if (head.length > 0) upstreamSocket.write(head)
      joinStreams(socket, upstreamSocket)
      resolve('answered')
    })
    upstream.once('response', (answer) => {
      // Refused. The connection ends here, so that nothing on it can pass by unseen.
      socket.write(renderHead(answer, ['connection', 'close']))
      answer.pipe(socket)
      resolve('answered')
    })
    upstream.once('error', () => {
      socket.off('close', onClientGone)
      resolve('unreached')
    })
    upstream.end()
  })

const renderHead = (answer: IncomingMessage, own: readonly string[]): string => {
  const headers = withoutHopHeaders(answer.rawHeaders, own)
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let index = 0; index + 1 < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
