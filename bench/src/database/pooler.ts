// Throughput of database clients: through the entrance in session mode, through the pooler, and at the server's own
// socket, all by pgbench of the private runtime.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Installation, Manage, Project } from '@plinth/e2e'
import { record } from '../record.ts'
import { withNotes } from './wakes.ts'

const run = promisify(execFile)
const seconds = 5
const clients = 20

const binDir = (): string => {
  const file = join(import.meta.dirname, '../../../.runtime/runtime.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { binDir: string }).binDir
}

type Way = { readonly host: string; readonly port: number; readonly user: string }

const pgbench = async (
  project: Project,
  { host, port, user }: Way,
  args: readonly string[],
): Promise<string> => {
  const env = { PATH: '/usr/bin:/bin', PGPASSWORD: project.password, PGSSLMODE: 'prefer' }
  const target = ['-h', host, '-p', String(port), '-U', user, 'postgres']
  return (await run(join(binDir(), 'pgbench'), [...args, ...target], { env })).stdout
}

/** Transactions a second: reads of one row by key, prepared. */
const throughput = async (project: Project, way: Way): Promise<number> => {
  const args = ['-n', '-S', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds)]
  return Number(/tps = ([\d.]+)/.exec(await pgbench(project, way, args))?.[1])
}

export const measurePooler = async (installation: Installation, manage: Manage): Promise<void> => {
  const project = await withNotes(manage, 'pooler')
  const user = `postgres.${project.ref}`
  const direct = { host: join(installation.run, project.ref), port: 5432, user: 'postgres' }
  const ways: readonly (readonly [string, Way])[] = [
    ['at the server’s socket', direct],
    ['at the pooler’s socket', { ...direct, port: 6432 }],
    ['entrance, session mode', { host: '127.0.0.1', port: installation.dbPort, user }],
    ['entrance, pooler', { host: '127.0.0.1', port: installation.poolerPort, user }],
  ]
  await pgbench(project, direct, ['-i', '-q', '-s', '5'])
  // The pooler is started by its first client at the entrance.
  await throughput(project, ways[3]?.[1] as Way)
  let floor = 0
  for (const [name, way] of ways) {
    const median = await throughput(project, way)
    floor ||= median
    const figure = { name: `reads by key, ${name}`, unit: 'tps', median, ratio: median / floor }
    record('database', { ...figure, note: `${clients} clients` })
  }
}
