// Listening at a port or, where one is named, at a unix socket instead.

import { existsSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { Place } from './config/settings.ts'
import { hostToBind } from './host.ts'

type Where = Omit<Place, 'port'> & { readonly port: number | null; readonly reusePort?: boolean }

const start = (server: Server, options: Parameters<Server['listen']>[0]): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Nothing to listen at: nothing happens. A socket that stands in the way is removed, as PostgREST does. */
export const listenAt = async (server: Server, where: Where): Promise<void> => {
  const { unixSocket, port } = where
  if (unixSocket !== null) {
    await rm(unixSocket, { force: true })
    await start(server, { path: unixSocket })
    await chmod(unixSocket, where.unixSocketMode)
  } else if (port !== null) {
    await start(server, { host: hostToBind(where.host), port, reusePort: where.reusePort ?? false })
  }
}

/** Whether it listens still; a unix socket may have been deleted. */
export const isListening = (server: Server, { unixSocket }: Pick<Where, 'unixSocket'>): boolean =>
  server.listening && (unixSocket === null || existsSync(unixSocket))

/** `127.0.0.1:3000`, or the path of the socket. */
export const addressOf = (server: Server): string => {
  const address = server.address()
  if (address === null || typeof address === 'string') return address ?? 'nowhere'
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`
}
