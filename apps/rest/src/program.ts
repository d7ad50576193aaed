// The server from start to end: settings, connections, catalogue, the two listeners, and what signals do.

import type { Server } from 'node:http'
import type { Observe } from '@plinth/contracts'
import { closeHttpServer, closeServer, type FastifyInstance } from '@plinth/http'
import {
  type ConnectOptions,
  cannotConnect,
  isDatabaseError,
  type Line,
  openLine,
  openPool,
  type Pool,
  sql,
} from '@plinth/postgres'
import { type Api, type DatabaseSettings, restService, watchApi } from '@plinth/rest'
import { makeAdminServer } from './admin.ts'
import { type MakeCaller, makeCaller } from './auth/make-caller.ts'
import { parseConnection, type Surroundings } from './config/connection-string.ts'
import { type Loaded, loadSettings } from './config/load-settings.ts'
import type { Settings } from './config/settings.ts'
import { hostToShow } from './host.ts'
import { addressOf, isListening, listenAt } from './listen.ts'
import { logBorrowing } from './log/log-borrowing.ts'
import { logQueries } from './log/log-queries.ts'
import { type Metrics, makeMetrics } from './metrics.ts'
import { renderSchemaCache } from './schema-cache.ts'
import { makeApiServer } from './server.ts'

export type ProgramOptions = {
  readonly surroundings: Surroundings
  /** Path of the configuration file. */
  readonly file: string | undefined
  /** Settings of file and environment. */
  readonly loaded: Loaded
  /** Told of each change of settings. */
  readonly onSettings: (settings: Settings) => void
  readonly observe: Observe
  /** The database is not there and `db-pool-automatic-recovery` is off, or it refuses this user. */
  readonly onLost: () => void
}

export type Program = {
  readonly settings: () => Settings
  /** Reads anew what one of PostgREST's signals asks for. */
  readonly reload: Api['reload']
  /** Settles when the API listens; rejects when it cannot. */
  readonly listening: Promise<void>
  readonly stop: () => Promise<void>
}

const deadlineMs = 10_000

/** Settings as they are now, and the callers made by them. */
const followSettings = (options: ProgramOptions, metrics: Metrics) => {
  const { file, surroundings } = options
  let current = options.loaded
  let readings = 0
  const callersOf = ({ settings, keys }: Loaded): MakeCaller =>
    makeCaller({ ...settings.jwt, keys, anonRole: settings.api.anonRole }, metrics.jwtCache)
  let callers = callersOf(current)
  return {
    current: () => current.settings,
    makeCaller: () => callers,
    take: (database: DatabaseSettings) => {
      const before = JSON.stringify(current)
      current = loadSettings({ env: surroundings.env, file, database, before: current })
      readings += 1
      // The first two are those of the start: without the database and with it.
      if (readings > 2 && JSON.stringify(current) !== before)
        metrics.observe({ level: 'info', event: 'settings.changed' })
      const { text, isOld } = current.settings.jwt.rolePath
      if (isOld) metrics.observe({ level: 'warn', event: 'settings.old_role_path', fields: { path: text } })
      callers = callersOf(current)
      options.onSettings(current.settings)
      return current.settings.api
    },
  }
}

type Opened = {
  readonly line: Line
  readonly pool: () => Pool
  readonly connection: ConnectOptions
  /** Logs in anew, so that settings of the login role that have changed count. */
  readonly renew: () => void
}

const openDatabase = (settings: () => Settings, surroundings: Surroundings, observe: Observe): Opened => {
  const { database } = settings()
  const connection = parseConnection(database.uri, surroundings)
  const line = openLine({
    ...connection,
    size: database.poolSize,
    waitMs: database.acquisitionTimeout * 1000,
    renewal: { idleMs: database.maxIdletime * 1000, lifeMs: database.maxLifetime * 1000 },
    ...(database.preparedStatements ? undefined : { statements: 0 }),
    observe,
  })
  const logged = logQueries(
    logBorrowing(line, () => settings().log.level === 'debug', observe),
    () => settings().log.query,
    observe,
  )
  const open = () => openPool({ ...connection, size: 1, observe })
  let pool = open()
  const renew = () => {
    void pool.close()
    pool = open()
    line.renew()
  }
  return { line: logged, connection, pool: () => pool, renew }
}

const pause = (ms: number) => sql`select pg_sleep(${ms / 1000})`

const openApi = (
  { pool, connection, renew }: Opened,
  follow: ReturnType<typeof followSettings>,
  observe: Observe,
): Api => {
  return watchApi({
    pool: { transaction: (work, how) => pool().transaction(work, how) },
    // Of several servers only one that may be written to sends notices.
    connection: connection.others === undefined ? connection : { ...connection, serverKind: 'read-write' },
    configure: follow.take,
    inDatabase: () => {
      const { config, preConfig } = follow.current().database
      return { isOn: config, preConfig }
    },
    channel: () => {
      const { channel, channelEnabled } = follow.current().database
      return channelEnabled ? channel : null
    },
    onReading: async () => {
      const { readingPause } = follow.current().database
      if (readingPause > 0) await pool().query(pause(readingPause))
    },
    onLoad: renew,
    retryMs: 1000,
    requiresSchemas: true,
    observe,
  })
}

type Running = {
  readonly api: Api
  readonly opened: Opened
  readonly app: FastifyInstance
  readonly admin: Server
}

const stop = async ({ api, opened, app, admin }: Running): Promise<void> => {
  await closeServer(app, deadlineMs)
  if (admin.listening)
    await closeHttpServer(admin, () => new Promise((resolve) => admin.close(resolve)), deadlineMs)
  await api.close()
  await Promise.all([opened.line.close(), opened.pool().close()])
}

/** Like PostgREST, the API listens once the catalogue was read or its reading failed. */
const listenWhenTried = async (
  { app, api }: Running,
  { server }: Settings,
  metrics: Metrics,
  isStopping: () => boolean,
): Promise<void> => {
  await (server.reusePort ? api.ready : Promise.race([metrics.tried, api.ready]))
  if (isStopping()) return
  await listenAt(app.server, server)
  metrics.observe({ level: 'info', event: 'server.listening', fields: { address: addressOf(app.server) } })
}

const losses: ReadonlySet<string> = new Set(['catalogue.load_failed', 'database.listen_failed'])

/** The database does not let this user in: trying again would not help. */
const isRefusal = (error: unknown): boolean => {
  const code = isDatabaseError(error)
    ? error.sqlstate
    : error instanceof Error && 'code' in error && error.code
  return typeof code === 'string' && code.startsWith('28')
}

const leaveWhenLost =
  ({ observe, onLost }: ProgramOptions, isRecovering: () => boolean): Observe =>
  (seen) => {
    observe(seen)
    if (!losses.has(seen.event) || !('error' in seen)) return
    const isRefused = isRefusal(seen.error)
    if (isRecovering() && !isRefused) return
    const error = isDatabaseError(seen.error) ? seen.error : cannotConnect(seen.error)
    observe({ level: 'error', event: isRefused ? 'program.refused' : 'program.lost', error })
    onLost()
  }

/** Someone listens, or a statement comes through. */
const isConnected = async ({ pool }: Opened, { database }: Settings): Promise<boolean> => {
  if (database.channelEnabled) return true
  return pool()
    .query(sql`select 1`)
    .then(
      () => true,
      () => false,
    )
}

/** Throws `SettingProblem` when it cannot be started as told. Does not wait for the database. */
export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const metrics = makeMetrics(leaveWhenLost(options, () => follow.current().database.automaticRecovery))
  const { observe } = metrics
  const follow = followSettings(options, metrics)
  const settings = follow.current()
  const opened = openDatabase(follow.current, options.surroundings, observe)
  const api = openApi(opened, follow, observe)
  const address = { host: hostToShow(settings.server.host), port: settings.server.port }
  const rest = restService({ line: opened.line, schema: api, config: api.config, address, observe })
  const app = await makeApiServer({
    rest,
    settings: follow.current,
    makeCaller: follow.makeCaller,
    observe,
  })
  let isTold = false
  const admin = makeAdminServer({
    isAlive: () => isTold && isListening(app.server, settings.server),
    isPending: async () => metrics.isPending() || !(await isConnected(opened, follow.current())),
    schemaCache: () => renderSchemaCache(api.current()),
    metrics: () => metrics.render({ size: settings.database.poolSize, ...opened.line.counts() }),
  })
  const running = { api, opened, app, admin }
  let isStopping = false
  const listening = async () => {
    await listenWhenTried(running, settings, metrics, () => isStopping)
    isTold = true
  }
  try {
    await listenAt(admin, settings.admin)
    if (admin.listening)
      observe({ level: 'info', event: 'admin.listening', fields: { address: addressOf(admin) } })
  } catch (error) {
    await stop(running)
    throw error
  }
  return {
    settings: follow.current,
    reload: api.reload,
    listening: listening(),
    stop: () => {
      isStopping = true
      return stop(running)
    },
  }
}
