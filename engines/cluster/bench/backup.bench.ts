// What backups, restore points, returns and branches cost, by size of the database.
// Run: node --conditions=source engines/cluster/bench/backup.bench.ts [MiB …]   (default 20)

import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  archivingTo,
  type Cluster,
  copyBranch,
  createRestorePoint,
  findRuntime,
  makeSecrets,
  makeSettings,
  openArchive,
  openTemplates,
  type RestoreTarget,
  restore,
  setSecrets,
  startCluster,
  takeBackup,
} from '@plinth/cluster'
import { openPool } from '@plinth/postgres'

const ROUNDS = 5
/** Large ones take long and vary less. */
const ROUNDS_OF_LARGE = 2
const sizes = process.argv.slice(2).map(Number)
const FIRST_UID = 700_300

const report = (name: string, megabytes: number, times: readonly number[]): void => {
  const sorted = times.toSorted((a, b) => a - b)
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)
  const spread = [Math.round(sorted[0] ?? 0), Math.round(sorted.at(-1) ?? 0)]
  console.log(JSON.stringify({ area: 'backup', name, megabytes, unit: 'ms', median, spread }))
}
const timed = async <T>(times: number[], work: () => Promise<T>): Promise<T> => {
  const started = performance.now()
  const result = await work()
  times.push(performance.now() - started)
  return result
}

// A server outlives its starter and so does not keep it alive; this does.
const awake = setInterval(() => undefined, 1_000)
const runtime = await findRuntime({ folder: join(import.meta.dirname, '../../../.runtime'), env: {} })
const base = await mkdtemp(join(tmpdir(), 'plinth-bench-'))
await chmod(base, 0o711)
const asRoot = process.getuid?.() === 0
const observe = () => undefined
const templates = await openTemplates({
  runtime,
  folder: join(base, 'templates'),
  histories: [],
  size: 0,
  observe,
})
const secrets = await makeSecrets({ supabase_admin: 'admin', postgres: 'owner' })
console.log(JSON.stringify({ area: 'backup', load: loadavg(), postgres: runtime.version }))

const place = async (name: string, uid: number) => {
  const home = join(base, name)
  const owner = asRoot ? { uid, gid: uid } : {}
  const [dataDir, socketDir] = [join(home, 'data'), join(home, 'run')]
  await mkdir(home, { mode: 0o711 })
  await mkdir(socketDir, { mode: 0o700 })
  if (asRoot) await chown(socketDir, uid, uid)
  const settings = makeSettings({ runtime, socketDir, name })
  return { runtime, home, dataDir, socketDir, owner, settings, logFile: join(home, 'log') }
}

const measure = async (megabytes: number): Promise<void> => {
  const main = await place(`of${megabytes}`, FIRST_UID)
  const { home, dataDir, socketDir, owner, logFile } = main
  await templates.take({ dataDir, ...owner })
  const archive = await openArchive({ folder: join(home, 'archive'), ...owner })
  const settings = { ...main.settings, ...archivingTo(archive) }
  const source = { socketDir, superuserPassword: 'admin' }
  let server: Cluster
  const start = async () => {
    server = await startCluster({ ...main, ...owner, settings })
    await server.ready
  }
  const run = async (text: string) => {
    const pool = openPool({
      socketDir,
      user: 'postgres',
      password: 'owner',
      database: 'postgres',
      size: 1,
      applicationName: 'bench',
    })
    await pool.session((session) => session.script(text)).finally(pool.close)
  }
  await start()
  await setSecrets({ dataDir, socketDir, secrets })
  await run(
    `create table filler as select n, repeat('x', 1000) as text from generate_series(1, ${megabytes * 1000}) n`,
  )
  await run('create table numbers (n int)')

  const times = { backup: [], again: [], point: [], undo: [], pitr: [], stopped: [], live: [] } as Record<
    string,
    number[]
  >
  const back = async (kind: string, target: RestoreTarget) =>
    timed(times[kind] ?? [], async () => {
      await server.stop()
      await restore({ runtime, archive, home, dataDir, target, settings, secrets, logFile })
      await start()
    })
  const backUp = (kind: string) =>
    timed(times[kind] ?? [], () => takeBackup({ runtime, archive, dataDir, running: source, label: 'bench' }))
  await backUp('backup')
  for (let round = 0; round < (megabytes > 200 ? ROUNDS_OF_LARGE : ROUNDS); round++) {
    await run(`insert into numbers select generate_series(1, 1000)`)
    await timed(times['point'] ?? [], () => createRestorePoint({ archive, source, name: `p${round}` }))
    await run('truncate numbers')
    await back('undo', { restorePoint: `p${round}` })
    const then = new Date().toISOString()
    await run('insert into numbers values (1)')
    await back('pitr', { time: then })
    await backUp('again')
    for (const kind of ['live', 'stopped']) {
      const copy = await place(`copy-${kind}-${round}-${megabytes}`, FIRST_UID + 1)
      if (kind === 'stopped') await server!.stop()
      await timed(times[kind] ?? [], async () => {
        await copyBranch({
          runtime,
          settings,
          source: { dataDir, ...owner, running: kind === 'live' ? source : undefined },
          target: { dataDir: copy.dataDir, ...copy.owner },
        })
        const branch = await startCluster({ ...copy, ...copy.owner })
        await branch.ready
        await branch.stop()
      })
      if (kind === 'stopped') await start()
      await rm(copy.home, { recursive: true })
    }
  }
  await server!.stop()
  const names: Readonly<Record<string, string>> = {
    backup: 'base backup, the first',
    again: 'base backup, a later one',
    point: 'restore point, archived',
    undo: 'undo: stop, restore, serve',
    pitr: 'point in time: stop, restore, serve',
    live: 'branch with data of a running source, served and stopped',
    stopped: 'branch with data of a stopped source, served and stopped',
  }
  for (const [kind, name] of Object.entries(names)) report(name, megabytes, times[kind] ?? [])
  await rm(home, { recursive: true })
}

for (const megabytes of sizes.length > 0 ? sizes : [20]) await measure(megabytes)
await templates.close()
await rm(base, { recursive: true, force: true })
clearInterval(awake)
