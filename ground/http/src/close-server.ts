// A graceful end with a deadline: requests in flight may finish, but not for ever.

import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'

const sweepMs = 20

/**
 * Runs `close` (which stops accepting) to its end. A kept-alive connection is closed once its request has been
 * answered, which Node does not do by itself; what is still busy after `deadlineMs` is cut.
 */
export const closeHttpServer = async (
  server: Server,
  close: () => Promise<unknown>,
  deadlineMs: number,
): Promise<void> => {
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs)
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs)
  try {
    await close()
  } finally {
    clearInterval(sweep)
    clearTimeout(cut)
  }
}

/** Stops accepting, waits for what is in flight, and cuts what is still open after `deadlineMs`. */
export const closeServer = (app: FastifyInstance, deadlineMs = 10_000): Promise<void> =>
  closeHttpServer(app.server, () => app.close(), deadlineMs)

/** The same for a server without the framework. */
export const closeRawServer = (server: Server, deadlineMs: number): Promise<void> =>
  closeHttpServer(server, () => new Promise((resolve) => server.close(resolve)), deadlineMs)
