// What all parts of this area share: an installation, the supervisor's own entrance, and clocks.

import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Installation, type Project, until } from '@plinth/e2e'
import { type UnixClient, unixClient } from '@plinth/http'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { record } from '../record.ts'
import { median, percentile } from '../statistics.ts'

export const show = (name: string, times: readonly number[], note?: string): void =>
  record('database', {
    name,
    unit: 'ms',
    median: median(times),
    ...(times.length > 1 ? { spread: percentile(times, 0.95) } : {}),
    ...(note === undefined ? {} : { note }),
  })

export const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await act()
  return performance.now() - started
}

/** Asks the supervisor itself, so that nothing else is part of the figure. */
export type Host = {
  readonly client: UnixClient
  readonly statusOf: (ref: string) => Promise<string>
  readonly wake: (ref: string) => Promise<void>
  readonly sleep: (ref: string) => Promise<void>
}

const patience = { timeoutMs: 600_000 }

export const makeHost = (installation: Installation): Host => {
  const client = unixClient(join(installation.run, 'supervisor.sock'))
  const statusOf = async (ref: string) =>
    ((await client.request('GET', `/branches/${ref}`)).body as { status: string }).status
  return {
    client,
    statusOf,
    wake: async (ref) => {
      const { status, body } = await client.request('POST', `/branches/${ref}/wake`, undefined, patience)
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
    sleep: async (ref) => {
      await client.request('POST', `/branches/${ref}/sleep`)
      await until(`${ref} to sleep`, async () => (await statusOf(ref)) === 'asleep')
    },
  }
}

/** Spares are warm and nothing is being tidied up, as when a project wakes now and then. */
export const rest = async (installation: Installation): Promise<void> => {
  const warm = async () =>
    (await readdir(installation.run)).filter((name) => name.startsWith('spare-')).length >= 2
  await until('warm spares', warm)
  await delay(300)
}

/** Until the first byte of the answer. */
export const firstByte = (project: Project): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(project.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', reject)
    socket.write(`GET /rest/v1/notes HTTP/1.1\r\nhost: ${hostname}\r\napikey: ${project.keys.anon}\r\n\r\n`)
    socket.once('data', (bytes) => {
      socket.destroy()
      if (bytes.toString('latin1').startsWith('HTTP/1.1 200')) resolve()
      else reject(new Error(bytes.toString()))
    })
  })

export const withPool = async <T>(
  installation: Installation,
  { ref, password }: Pick<Project, 'ref' | 'password'>,
  use: (pool: Pool) => Promise<T>,
): Promise<T> => {
  const pool = openPool({
    socketDir: '127.0.0.1',
    port: installation.dbPort,
    user: `postgres.${ref}`,
    password,
    database: 'postgres',
    size: 1,
    applicationName: 'bench',
  })
  return use(pool).finally(pool.close)
}

export const firstRow = (installation: Installation, project: Project): Promise<unknown> =>
  withPool(installation, project, (pool) => pool.one(sql`select id from public.notes`))
