// A loopback port for a new project: the lowest of the range that no project has and nobody listens on.

import { createServer } from 'node:net'
import { type Queries, sql } from '@plinth/postgres'
import type { ControlSettings } from '../frame/settings.ts'
import { errors } from './errors.ts'
import { listTakenPorts } from './queries.ts'

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)))
  })

/** Inside a transaction: two creations look one after the other, and the second sees the first one's port. */
export const findPort = async (db: Queries, settings: ControlSettings): Promise<number> => {
  await db.query(sql`select pg_advisory_xact_lock(hashtext('plinth.loopback_ports'))`)
  const taken = await listTakenPorts(db)
  const { first, last } = settings.projectPorts
  for (let port = first; port <= last; port++) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw errors.noPort(first, last)
}
