// The edge as one value: routes, the doors, and the way to stop them.

import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import { join } from 'node:path'
import type { Observe } from '@plinth/contracts'
import { closeHttpServer, type UnixClient, unixClient } from '@plinth/http'
import { makeActivity } from './activity.ts'
import type { EdgeConfig } from './config.ts'
import { makeFindBranch } from './find-branch.ts'
import { makeHttpDoor } from './http-door.ts'
import { makeLoopbackPorts } from './loopback-ports.ts'
import { openTls } from './open-tls.ts'
import {
  makePostgresDoor,
  type PostgresDoor,
  type PostgresDoorOptions,
  poolerPort as portOfPooler,
} from './postgres-door.ts'
import { openRoutes } from './routes.ts'
import { makeWake } from './wake.ts'
import { countWrongPasswords } from './wrong-passwords.ts'

export type EdgeOptions = { readonly config: EdgeConfig; readonly observe: Observe }

export type Edge = {
  /** The ports that were opened; useful when 0 was asked for. */
  readonly httpPort: number
  readonly postgresPort: number
  readonly poolerPort: number
  readonly tlsPort: number
  /** Stops accepting, lets what is in flight end until the deadline, and closes. */
  readonly stop: (deadlineMs?: number) => Promise<void>
}

/** The launcher gives ten seconds; a little of them is left for leaving. */
const graceMs = 8000
/** Database sessions end when their client wants, so most of them would take all the time there is. */
const sessionGraceMs = 2000

export const startEdge = async ({ config, observe }: EdgeOptions): Promise<Edge> => {
  const supervisor = unixClient(join(config.PLINTH_RUN, 'supervisor.sock'))
  const routes = await openRoutes({
    supervisor,
    cacheFile: join(config.PLINTH_DATA, 'edge/routes.json'),
    observe,
  })
  const wake = makeWake({ supervisor })
  const activity = makeActivity({ supervisor })
  const findBranch = makeFindBranch({ domain: config.PLINTH_DOMAIN, routes })
  const tls = await openTls({ config, routes, observe })
  const door = makeHttpDoor({
    findBranch,
    wake,
    activity,
    controlSocket: join(config.PLINTH_RUN, 'control.sock'),
    findAnswer: tls.findAnswer,
    observe,
  })
  const http = door.makeServer()
  const { certificates } = tls
  const https = door.makeTlsServer(certificates)
  const { postgres, pooler } = makePostgresDoors(supervisor, {
    findRoute: routes.find,
    domain: config.PLINTH_DOMAIN,
    certificates,
    activity,
    observe,
  })
  const loopback = makeLoopbackPorts({
    observe,
    makeServer: (ref) =>
      door.makeServerFor(() => {
        const route = routes.find(ref)
        return route === undefined ? { kind: 'unknown', host: ref } : { kind: 'branch', route }
      }),
  })
  const httpPort = await listen(http, config.PLINTH_PORT)
  const postgresPort = await listen(postgres.server, config.PLINTH_DB_PORT)
  const poolerPort = await listen(pooler.server, config.PLINTH_POOLER_PORT)
  const tlsPort = await listen(https, config.PLINTH_TLS_PORT)
  routes.follow(() => {
    loopback.fit(routes.list())
    activity.see(routes.list())
    tls.see(routes.list())
  })
  observe({ level: 'info', event: 'edge.listening', fields: { httpPort, postgresPort, poolerPort, tlsPort } })

  const stop = async (deadlineMs = graceMs) => {
    door.endUpgraded()
    await Promise.all([
      closeServer(http, deadlineMs),
      closeServer(https, deadlineMs),
      loopback.close(deadlineMs),
      postgres.close(Math.min(deadlineMs, sessionGraceMs)),
      pooler.close(Math.min(deadlineMs, sessionGraceMs)),
      routes.close(),
      tls.close(),
    ])
    door.close()
    activity.close()
    await supervisor.close()
  }
  return { httpPort, postgresPort, poolerPort, tlsPort, stop }
}

/** Of the database itself and of its pooler; they count wrong passwords together. */
const makePostgresDoors = (
  supervisor: UnixClient,
  shared: Omit<PostgresDoorOptions, 'wake' | 'socketPort' | 'passwords'>,
): { readonly postgres: PostgresDoor; readonly pooler: PostgresDoor } => {
  const options = { ...shared, passwords: countWrongPasswords(supervisor) }
  const wakeFor = (what: 'database' | 'pooler') => makeWake({ supervisor, what })
  return {
    postgres: makePostgresDoor({ ...options, wake: wakeFor('database'), socketPort: 5432 }),
    pooler: makePostgresDoor({ ...options, wake: wakeFor('pooler'), socketPort: portOfPooler }),
  }
}

/** Answers the port; 0 for an entrance that is not wanted. */
const listen = (server: Server, port: number | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    if (port === undefined) {
      resolve(0)
      return
    }
    server.once('error', reject)
    server.listen(port, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })

const closeServer = (server: HttpServer, deadlineMs: number): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve))
  return closeHttpServer(server, () => closed, deadlineMs)
}
