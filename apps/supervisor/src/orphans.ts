// What earlier runs left behind and nobody looks after: processes and socket folders of branches that no longer
// exist, and spares of a supervisor that was killed. Data is never touched here.

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '@plinth/process'

type Running = { readonly pid: number; readonly uid: number; readonly args: readonly string[] }

const GONE_LIMIT_MS = 5000

const readProcess = async (pid: number): Promise<Running | undefined> => {
  try {
    const [{ uid }, line] = await Promise.all([
      stat(`/proc/${pid}`),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    return { pid, uid, args: line.split('\0') }
  } catch {
    return undefined
  }
}

/** Every process of this machine; none where there is no /proc to ask. */
const listProcesses = async (): Promise<readonly Running[]> => {
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => readProcess(Number(name))),
  )
  return found.filter((one) => one !== undefined)
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended in the meantime, or it is not ours: either way there is nothing more to do.
  }
}

const killAll = async (pids: readonly number[]): Promise<void> => {
  for (const pid of pids) kill(pid)
  const limit = performance.now() + GONE_LIMIT_MS
  while (pids.some(isAlive) && performance.now() < limit) await delay(5)
}

/** Kills whatever still runs as a branch's own user, before its number may be given to another branch. */
export const killAllOfUser = async (uid: number): Promise<void> => {
  const running = await listProcesses()
  await killAll(running.filter((one) => one.uid === uid).map(({ pid }) => pid))
}

/** The folder under `parent` whose data directory a Postgres server was started on. */
const serverUnder = (parent: string, { args }: Running): string | undefined => {
  if (basename(args[0] ?? '') !== 'postgres') return undefined
  const folder = args.find((arg) => arg.startsWith(parent + sep))
  return folder?.slice(parent.length + 1).split(sep)[0]
}

/** The branch whose pooler this is. */
const poolerUnder = (run: string, { args }: Running): string | undefined =>
  basename(args[0] ?? '') === 'pgbouncer'
    ? args
        .find((arg) => arg.startsWith(run + sep))
        ?.slice(run.length + 1)
        .split(sep)[0]
    : undefined

const isStackOf = ({ args }: Running, run: string): boolean =>
  args[args.indexOf('--admin') + 1]?.startsWith(join(run, 'spare-')) === true

export type Known = {
  /** Names of all branches, and of the system cluster. */
  readonly names: ReadonlySet<string>
  /** Numbers of the stack processes that belong to them. */
  readonly stacks: ReadonlySet<number>
}

/** Ends what belongs to no branch and removes its sockets. Answers how many processes it found. */
export const removeOrphans = async (data: string, run: string, known: Known): Promise<number> => {
  const orphans = (await listProcesses()).filter((one) => {
    const cluster = serverUnder(join(data, 'clusters'), one)
    if (cluster !== undefined) return !known.names.has(cluster)
    // A template that was being built when its supervisor was killed.
    if (serverUnder(join(data, 'templates'), one) !== undefined) return true
    const pooled = poolerUnder(run, one)
    if (pooled !== undefined) return !known.names.has(pooled)
    return isStackOf(one, run) && !known.stacks.has(one.pid)
  })
  await killAll(orphans.map(({ pid }) => pid))
  for (const name of await readdir(run)) {
    const isLeft = name.startsWith('spare-') || (/^[a-z]{20}$/.test(name) && !known.names.has(name))
    if (isLeft) await rm(join(run, name), { recursive: true, force: true })
  }
  for (const name of await readdir(join(data, 'logs')))
    if (name.startsWith('spare-')) await rm(join(data, 'logs', name), { force: true })
  return orphans.length
}
