// Listening on a unix socket: clears away what a dead process left, and sets who may connect.

import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Whether a living process accepts connections there. */
export const isSocketServed = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const listenRaw = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Throws when another process serves the path; a stale socket is removed. */
export const listenOnSocket = async (
  app: FastifyInstance | Server,
  path: string,
  mode = 0o600,
): Promise<void> => {
  if (await isSocketServed(path)) throw new Error(`Another process already listens at ${path}.`)
  rmSync(path, { force: true })
  await ('inject' in app ? app.listen({ path }) : listenRaw(app, path))
  chmodSync(path, mode)
}
