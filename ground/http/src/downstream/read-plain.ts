// Lets a server read plain requests without node's parser, its pair of streams for each of them and what hangs on
// these. For a server that only our own edge reaches: see docs/decisions/0007-own-reader-of-plain-requests.md.

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { DownstreamConnection } from './connection.ts'
import type { Exchange } from './exchange.ts'

export type Downstream = {
  /** Answers from now on are the last on their connections; who is not being answered is let go. */
  readonly end: () => void
  /** Whatever is still being answered. */
  readonly cut: () => void
}

const sweepMs = 10_000

/**
 * `take` says whether it takes a request. The connection of one that it does not take, and every connection on which
 * something else than a plain request comes, is the server's own from then on.
 */
export const readPlain = (server: Server, take: (exchange: Exchange) => boolean): Downstream => {
  const connections = new Set<DownstreamConnection>()
  const usual = server.listeners('connection')
  server.removeAllListeners('connection')
  let isEnding = false

  const events = {
    take,
    onClose: (connection: DownstreamConnection) => void connections.delete(connection),
    handOver: (connection: DownstreamConnection, bytes: Buffer) => {
      connections.delete(connection)
      connection.release(bytes)
      for (const each of usual) each.call(server, connection.socket)
      connection.socket.resume()
    },
  }

  server.on('connection', (socket: Socket) => {
    const connection = new DownstreamConnection(socket, events)
    connections.add(connection)
    if (isEnding) connection.endSoon()
  })

  const sweep = setInterval(() => {
    const oldest = performance.now() - server.keepAliveTimeout
    for (const connection of connections)
      if (connection.isIdle && connection.idleSince < oldest) connection.socket.destroy()
  }, sweepMs).unref()
  server.once('close', () => clearInterval(sweep))

  return {
    end: () => {
      isEnding = true
      for (const connection of connections) connection.endSoon()
    },
    cut: () => {
      for (const connection of connections) connection.socket.destroy()
    },
  }
}
