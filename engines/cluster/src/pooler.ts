// A branch's transaction pooler: PgBouncer between many short connections and few long ones. Each branch has its
// own: PgBouncer knows one password for a role name, and role names are the same in every branch; and it must run
// as the user whom alone the socket's folder admits. It starts with its first client and costs about 3 MB.

import { access } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { computeSizeOf, type PoolerConfig } from '@plinth/contracts'
import { adopt, type RunningProcess, startProcess } from '@plinth/process'
import { clusterErrors } from './errors.ts'
import { readOwnFile, writeOwnFile } from './own-file.ts'
import type { Runtime } from './runtime.ts'
import { SUPERUSER } from './secrets.ts'

export type PoolerOptions = {
  readonly runtime: Runtime
  /** Folder of the server's socket; the pooler's own lies beside it. */
  readonly socketDir: string
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Of the superuser, who reads the verifiers of the roles that log in. */
  readonly superuserPassword: string
  readonly size: string
  readonly config?: PoolerConfig | undefined
  readonly logFile: string
}

/** What the pooler's file of settings is made from. */
export type PoolerFile = Pick<PoolerOptions, 'socketDir' | 'size' | 'config'>

const PORT = 6432
const READY_WITHIN_MS = 5000

/** The program, or `undefined` where this Postgres came without it. */
export const findPooler = async ({ binDir }: Runtime): Promise<string | undefined> => {
  for (const path of [resolve(binDir, '../../../../sbin/pgbouncer'), '/usr/sbin/pgbouncer'])
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  return undefined
}

const socketOf = (socketDir: string): string => join(socketDir, `.s.PGSQL.${PORT}`)
const settingsOf = (socketDir: string): string => join(socketDir, 'pooler.ini')

const takesClients = (socketDir: string): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(socketOf(socketDir))
    socket.once('error', () => answer(false))
    socket.once('connect', () => {
      socket.destroy()
      answer(true)
    })
  })

/** Roles log in with what the database keeps of their password; PgBouncer passes the proof on to the server. */
const verifiers =
  `select rolname, case when rolvaliduntil is null or rolvaliduntil > pg_catalog.now() then rolpassword end
  from pg_catalog.pg_authid where rolname = $1 and rolcanlogin`.replace(/\s+/g, ' ')

const renderSettings = ({ socketDir, size, config }: PoolerFile): string => {
  const { pooledClients, poolSize } = computeSizeOf(size)
  const settings = {
    listen_port: PORT,
    unix_socket_dir: socketDir,
    unix_socket_mode: '0700',
    pidfile: join(socketDir, 'pooler.pid'),
    pool_mode: config?.mode ?? 'transaction',
    max_client_conn: pooledClients,
    default_pool_size: config?.connections ?? poolSize,
    max_prepared_statements: 200,
    server_idle_timeout: 60,
    auth_type: 'scram-sha-256',
    auth_file: join(socketDir, 'pooler-users.txt'),
    auth_user: SUPERUSER,
    auth_dbname: 'postgres',
    auth_query: verifiers,
    ignore_startup_parameters: 'extra_float_digits',
    log_connections: 0,
    log_disconnections: 0,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return `[databases]\n* = host=${socketDir} port=5432\n[pgbouncer]\n${lines.join('\n')}\n`
}

/** Resolves when clients can connect. */
export const startPooler = async (options: PoolerOptions): Promise<RunningProcess> => {
  const { runtime, socketDir, superuserPassword, uid, gid, logFile } = options
  const program = await findPooler(runtime)
  if (program === undefined) throw clusterErrors.noPooler()
  await writeOwnFile(settingsOf(socketDir), renderSettings(options))
  const password = superuserPassword.replaceAll('"', '""')
  await writeOwnFile(join(socketDir, 'pooler-users.txt'), `"${SUPERUSER}" "${password}"\n`)
  const env = { PATH: '/usr/bin:/bin' }
  const args = ['-q', settingsOf(socketDir)]
  const pooler = await startProcess({ command: program, args, env, uid, gid, logFile, detached: true })
  let hasEnded = false
  void pooler.exited.then(() => {
    hasEnded = true
  })
  const giveUpAt = performance.now() + READY_WITHIN_MS
  while (!(await takesClients(socketDir))) {
    if (hasEnded || performance.now() > giveUpAt) {
      await pooler.stop({ signal: 'SIGKILL' })
      throw clusterErrors.poolerFailed()
    }
    await delay(2)
  }
  return pooler
}

/** Hands changed settings to a pooler that runs; its clients stay connected. */
export const reloadPooler = async (file: PoolerFile, running: RunningProcess): Promise<void> => {
  await writeOwnFile(settingsOf(file.socketDir), renderSettings(file))
  process.kill(running.pid, 'SIGHUP')
}

/** The pooler that an earlier run of the platform left, if it runs. */
export const adoptPooler = async (socketDir: string): Promise<RunningProcess | undefined> => {
  const pid = Number.parseInt((await readOwnFile(join(socketDir, 'pooler.pid'))) ?? '', 10)
  return Number.isNaN(pid) ? undefined : adopt(pid, { command: settingsOf(socketDir) })
}
