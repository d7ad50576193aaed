// Kept connections to the processes behind, by their sockets.

import { UpstreamConnection } from './connection.ts'

export type Choice = {
  /** None that carried something before. */
  readonly isNew?: boolean
  /** Whether it carries requests of the hot line, which keep to connections of their own (`downstream/`). */
  readonly isHot?: boolean
}

export type Upstreams = {
  /** A connection for one request: one that is free, or a new one. */
  readonly take: (path: string, choice?: Choice) => UpstreamConnection
  readonly close: () => void
}

/** Servers of ours close what was idle for 75 s; a connection is not used so near its end. */
const longestIdleMs = 50_000
const sweepMs = 10_000
const mostFree = 512

export const makeUpstreams = (): Upstreams => {
  const all = new Set<UpstreamConnection>()
  /** Last used, first taken: those that are not needed grow old. */
  const usual = new Map<string, UpstreamConnection[]>()
  const hot = new Map<string, UpstreamConnection[]>()
  const freeOf = (isHot: boolean) => (isHot ? hot : usual)

  const onFree = (connection: UpstreamConnection): void => {
    const free = freeOf(connection.isHot)
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
    const free = freeOf(connection.isHot)
    const others = free.get(connection.path)
    const index = others?.indexOf(connection) ?? -1
    if (index >= 0) others?.splice(index, 1)
    if (others?.length === 0) free.delete(connection.path)
  }

  const sweep = setInterval(() => {
    const oldest = performance.now() - longestIdleMs
    for (const free of [usual, hot])
      for (const connections of free.values())
        for (const connection of connections) if (connection.idleSince < oldest) connection.destroy()
  }, sweepMs)
  sweep.unref()

  const open = (path: string, isHot: boolean): UpstreamConnection => {
    const connection = new UpstreamConnection({ path, isHot }, { onFree, onClose })
    all.add(connection)
    return connection
  }

  const takeFree = (path: string, isHot: boolean): UpstreamConnection | undefined => {
    const connections = freeOf(isHot).get(path)
    for (let one = connections?.pop(); one !== undefined; one = connections?.pop())
      if (one.socket.writable) return one
    return undefined
  }

  return {
    take: (path, { isNew = false, isHot = false } = {}) =>
      (isNew ? undefined : takeFree(path, isHot)) ?? open(path, isHot),
    close: () => {
      clearInterval(sweep)
      for (const connection of all) connection.socket.destroy()
    },
  }
}
