// A graceful end with a deadline: requests in flight may finish, but not for ever.

import type { FastifyInstance } from 'fastify'

/** Stops accepting, waits for what is in flight, and cuts what is still open after `deadlineMs`. */
export const closeServer = async (app: FastifyInstance, deadlineMs = 10_000): Promise<void> => {
  const cut = setTimeout(() => app.server.closeAllConnections(), deadlineMs)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}
