// GET /events (for the control plane) and GET /routes (for the edge): everything once, then every change, as
// lines of JSON.

import { computeSizeOf, type Route } from '@plinth/contracts'
import { type LineStream, type ServicePlugin, streamLines } from '@plinth/http'
import type { Bans } from '../bans.ts'
import type { Branch } from '../branch.ts'
import type { Branches } from '../branches.ts'
import type { Places } from '../places.ts'

type Reply = Parameters<typeof streamLines>[0]

/** A branch whose spec is unreadable has no port and no address: the edge cannot reach it anyway. */
const routeOf = (branch: Branch, places: Places, bans: Bans): Route | undefined => {
  if (!branch.spec) return undefined
  const { httpSocket, postgresSocketDir } = places.placeOf(branch.ref, undefined)
  const { loopbackPort, network, hosts, limits, size, database } = branch.spec
  const banned = bans.list(branch.ref)
  const chosen = Number(database.settings?.['max_connections'])
  return {
    ref: branch.ref,
    status: branch.status,
    loopbackPort,
    httpSocket,
    postgresSocketDir,
    clients: { direct: chosen || limits.maxConnections, pooled: computeSizeOf(size).pooledClients },
    ...(network === undefined ? {} : { network }),
    ...(banned.length > 0 && { bans: [...banned] }),
    ...(hosts === undefined ? {} : { hosts }),
  }
}

/** All branches as they are now, then each one whenever it changes, until the reader leaves. */
const streamBranches = (branches: Branches, reply: Reply, show: (branch: Branch) => unknown): LineStream => {
  const lines = streamLines(reply)
  const send = (branch: Branch) => {
    const line = show(branch)
    if (line !== undefined) lines.send(line)
  }
  for (const branch of branches.list()) send(branch)
  const unfollow = branches.follow(send)
  lines.closed.addEventListener('abort', unfollow)
  return lines
}

export const streams =
  (branches: Branches, places: Places, bans: Bans): ServicePlugin =>
  async (app) => {
    app.get('/events', (_request, reply) => {
      streamBranches(branches, reply, (branch) => branch.report)
    })
    app.get('/routes', (_request, reply) => {
      const show = (branch: Branch) => routeOf(branch, places, bans)
      const lines = streamBranches(branches, reply, show)
      lines.send({ ready: true })
      const unfollow = bans.follow((ref) => {
        const branch = branches.find(ref)
        const route = branch && show(branch)
        if (route !== undefined) lines.send(route)
      })
      lines.closed.addEventListener('abort', unfollow)
    })
  }
