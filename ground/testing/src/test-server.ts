// A throw-away Postgres for tests and benches: no durability, a socket in a temporary folder, gone after `stop`.

import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { folderPrefix, ownerFile, removeLeftovers } from './leftovers.ts'

export const superuser = 'supabase_admin'

/** What a test wants other than usual. */
export type ServerSpecial = {
  readonly settings?: Readonly<Record<string, string>>
  /** Laid into its data folder before it starts, by name. */
  readonly files?: Readonly<Record<string, string>>
}

export type TestServer = { readonly socketDir: string; readonly stop: () => Promise<void> }

/** A pool of one connection as the superuser. */
export const openAdmin = (socketDir: string, database: string, port = 5432): Pool =>
  openPool({
    socketDir,
    port,
    user: superuser,
    password: superuser,
    database,
    size: 1,
    applicationName: 'test set-up',
  })

const run = promisify(execFile)

/** Postgres refuses to run as root: then it runs as `nobody`. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'logical',
  max_wal_senders: '10',
  max_connections: '200',
  shared_buffers: '64MB',
  jit: 'off',
  autovacuum: 'off',
  log_min_messages: 'panic',
}

/** The runtime that `tools/bootstrap.mjs` prepared. */
const findBinDir = async (): Promise<string> => {
  const file = fileURLToPath(new URL('../../../.runtime/runtime.json', import.meta.url))
  if (!existsSync(file)) throw new Error('No Postgres has been prepared. Run: node tools/bootstrap.mjs')
  const record: { readonly binDir: string } = JSON.parse(await readFile(file, 'utf8'))
  return record.binDir
}

const startServer = async (binDir: string, special: ServerSpecial): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), folderPrefix))
  await writeFile(join(folder, ownerFile), String(process.pid))
  const dataDir = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  await mkdir(dataDir, { mode: 0o700 })
  await writeFile(passwordFile, superuser)
  const vaultKey = join(folder, 'vault.key')
  await writeFile(vaultKey, 'a'.repeat(64))
  if (user.uid !== undefined)
    for (const path of [folder, dataDir, passwordFile, vaultKey]) await chown(path, user.uid, user.gid)
  const init = ['-D', dataDir, '-U', superuser, '--pwfile', passwordFile, '-A', 'scram-sha-256']
  await run(
    join(binDir, 'initdb'),
    [...init, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
    {
      ...user,
      cwd: folder,
    },
  )
  for (const [name, text] of Object.entries(special.files ?? {})) {
    const path = join(dataDir, name)
    await writeFile(path, text, { mode: 0o600 })
    if (user.uid !== undefined) await chown(path, user.uid, user.gid)
  }
  const options = Object.entries({ ...settings, unix_socket_directories: folder, ...special.settings })
  const server = spawn(
    join(binDir, 'postgres'),
    ['-D', dataDir, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.kill('SIGINT')
    await ended
    await rm(folder, { recursive: true })
  }
  return { socketDir: folder, stop }
}

const waitUntilReady = async (socketDir: string, port: number): Promise<void> => {
  const deadline = Date.now() + 20_000
  for (;;) {
    const pool = openAdmin(socketDir, 'postgres', port)
    try {
      await pool.query(sql`select 1`)
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(10)
    } finally {
      await pool.close()
    }
  }
}

/** Starts a server and waits until it answers. */
export const startTestServer = async (special: ServerSpecial = {}): Promise<TestServer> => {
  await removeLeftovers()
  const server = await startServer(await findBinDir(), special)
  try {
    await waitUntilReady(server.socketDir, Number(special.settings?.['port'] ?? 5432))
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}
