// Kept connections to the processes behind, by their sockets.

import { UpstreamConnection } from './connection.ts'

export type Upstreams = {
  /** A connection for one request: one that is free, or a new one. */
  readonly take: (path: string, choice?: { readonly isNew: boolean }) => UpstreamConnection
  readonly close: () => void
}

/** Servers of ours close what was idle for 75 s; a connection is not used so near its end. */
const longestIdleMs = 50_000
const sweepMs = 10_000
const mostFree = 128

export const makeUpstreams = (): Upstreams => {
  const all = new Set<UpstreamConnection>()
  /** Last used, first taken: those that are not needed grow old. */
  const free = new Map<string, UpstreamConnection[]>()

  const onFree = (connection: UpstreamConnection): void => {
    const others = free.get(connection.path)
    if ((others?.length ?? 0) >= mostFree) {
      connection.destroy()
      return
    }
    connection.idleSince = performance.now()
    if (others === undefined) free.set(connection.path, [connection])
    else others.push(connection)
  }

  const onClose = (connection: UpstreamConnection): void => {
    all.delete(connection)
    const others = free.get(connection.path)
    const index = others?.indexOf(connection) ?? -1
    if (index >= 0) others?.splice(index, 1)
    if (others?.length === 0) free.delete(connection.path)
  }

  const sweep = setInterval(() => {
    const oldest = performance.now() - longestIdleMs
    for (const connections of free.values())
      for (const connection of connections) if (connection.idleSince < oldest) connection.destroy()
  }, sweepMs)
  sweep.unref()

  const open = (path: string): UpstreamConnection => {
    const connection = new UpstreamConnection(path, { onFree, onClose })
    all.add(connection)
    return connection
  }

  const takeFree = (path: string): UpstreamConnection | undefined => {
    const connections = free.get(path)
    for (let one = connections?.pop(); one !== undefined; one = connections?.pop())
      if (one.socket.writable) return one
    return undefined
  }

  return {
    take: (path, choice) => (choice?.isNew ? undefined : takeFree(path)) ?? open(path),
    close: () => {
      clearInterval(sweep)
      for (const connection of all) connection.socket.destroy()
    },
  }
}
