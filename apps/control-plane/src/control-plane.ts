// The control plane's life: read its files, wait for the database, serve, follow the host, stop in order.

import { join } from 'node:path'
import { issuedFolder } from '@plinth/certificates'
import type { Observe } from '@plinth/contracts'
import {
  type ControlSettings,
  connectSupervisor,
  makeControl,
  managementDialect,
  peopleDoor,
} from '@plinth/control'
import { readInstallationKey, readSealedFile } from '@plinth/crypto'
import { closeServer, listenOnSocket, makeOutbound, makeServer, parseAllowedNetwork } from '@plinth/http'
import { adminDoor } from './admin-door.ts'
import { type ControlPlaneConfig, SystemSecrets } from './config.ts'
import { openDatabase } from './open-database.ts'

export type ControlPlane = { readonly stop: () => Promise<void> }

export type ControlPlaneDeps = {
  readonly config: ControlPlaneConfig
  readonly observe: Observe
  /** Ends the start while it waits for the database. */
  readonly signal: AbortSignal
}

/** What a stack offers today; the health of the others says that they are not there. */
const services = ['auth', 'db', 'db_postgres_user', 'rest']
const bodyBytes = 20 * 1024 * 1024

/** The region code this machine goes by: clients insist on one of upstream's. */
const region = 'us-east-1'
/** SQL sent to the Management API: how long it may run, and how much it may bring back. */
/** Beside the folder of the bundles. */
const docsFolder = join(import.meta.dirname, '../docs')
const statementTimeoutMs = 60_000
const resultBytes = 64 * 1024 * 1024
/** Calls of one account to one project, as upstream counts them; the platform's owner has no limit. */
const requestsPerMinute = 120

/** What the entrance has written down about the certificates it orders. */
const certificatesOf = (config: ControlPlaneConfig, key: Buffer): ControlSettings['certificateOf'] => {
  if (config.PLINTH_ACME_DIRECTORY === undefined) return undefined
  const issued = issuedFolder(config.PLINTH_DATA, config.PLINTH_ACME_DIRECTORY, key)
  return async (host) => ({
    isThere: ((await issued.find(host))?.until ?? 0) > new Date(),
    refusal: (await issued.findRefusal(host))?.reason,
  })
}

const settingsOf = (config: ControlPlaneConfig, key: Buffer, hasPooler: boolean): ControlSettings => ({
  domain: config.PLINTH_DOMAIN,
  port: config.PLINTH_PORT,
  databasePort: config.PLINTH_DB_PORT,
  poolerPort: hasPooler ? config.PLINTH_POOLER_PORT : undefined,
  tlsPort: config.PLINTH_TLS_PORT,
  dnsServers: config.PLINTH_DNS_SERVERS,
  certificateOf: certificatesOf(config, key),
  docsFolder,
  projectPorts: config.PLINTH_PROJECT_PORTS,
  region,
  services,
  projectDatabase: 'postgres',
  statementTimeoutMs,
  resultBytes,
  requestsPerMinute,
})

export const startControlPlane = async ({
  config,
  observe,
  signal,
}: ControlPlaneDeps): Promise<ControlPlane> => {
  const run = config.PLINTH_RUN
  const key = await readInstallationKey(config.PLINTH_INSTALLATION_KEY_FILE)
  const secrets = SystemSecrets.parse(
    JSON.parse((await readSealedFile(config.PLINTH_SECRETS_FILE, key)) ?? '{}'),
  )
  const address = { socketDir: join(run, '_system'), password: secrets.controlDatabasePassword }
  const pool = await openDatabase(address, observe, signal)
  const supervisor = connectSupervisor(join(run, 'supervisor.sock'))
  // The supervisor is there by now: the control database is one of its servers.
  const { pooler: hasPooler } = await supervisor.abilities()
  const settings = settingsOf(config, key, hasPooler)
  const outbound = makeOutbound({ allowed: parseAllowedNetwork(config.PLINTH_PRIVATE_NETWORK) })
  const control = makeControl({ pool, supervisor, key, settings, observe, outbound })

  const app = makeServer({
    observe,
    bodyLimit: bodyBytes,
    trustProxy: true,
    dialect: managementDialect,
  })
  await app.register(control.service)
  const admin = makeServer({ observe })
  await admin.register(peopleDoor(pool))
  await admin.register(control.operator)
  await admin.register(adminDoor(pool, config.PLINTH_ACCESS_TOKEN?.open()))

  const leaving = new AbortController()
  const following = control.follow(leaving.signal)
  await listenOnSocket(admin, join(run, 'control-admin.sock'), 0o600)
  await listenOnSocket(app, join(run, 'control.sock'), 0o600)
  observe({ level: 'info', event: 'control_plane.started' })

  return {
    stop: async () => {
      await Promise.all([closeServer(app), closeServer(admin)])
      leaving.abort()
      control.close()
      await following
      await supervisor.close()
      await pool.close()
      observe({ level: 'info', event: 'control_plane.stopped' })
    },
  }
}
