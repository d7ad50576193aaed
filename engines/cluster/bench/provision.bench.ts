// Prints what a new project, a wake and a stop cost. Run: node --conditions=source engines/cluster/bench/provision.bench.ts

import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  findRuntime,
  makeSecrets,
  makeSettings,
  openTemplates,
  setSecrets,
  startCluster,
} from '@plinth/cluster'

const ROUNDS = 20
const FIRST_UID = 700_100

const at = (sorted: readonly number[], share: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)

const report = (name: string, times: number[]) => {
  const sorted = times.sort((a, b) => a - b)
  console.log(
    `${name.padEnd(28)} p50 ${at(sorted, 0.5).padStart(7)} ms   p95 ${at(sorted, 0.95).padStart(7)} ms`,
  )
}

const timed = async (times: number[], work: () => Promise<void>) => {
  const started = performance.now()
  await work()
  times.push(performance.now() - started)
}

const runtime = await findRuntime({
  folder: join(import.meta.dirname, '../../../.runtime'),
  env: process.env,
})
// A server outlives its starter and so does not keep it alive; this does.
const awake = setInterval(() => undefined, 1_000)
const base = await mkdtemp(join(tmpdir(), 'plinth-bench-'))
await chmod(base, 0o711)
const asRoot = process.getuid?.() === 0
const built = performance.now()
const templates = await openTemplates({
  runtime,
  folder: join(base, 'templates'),
  histories: [],
  observe: console.error,
})
console.log(`Postgres ${runtime.version}; template built in ${(performance.now() - built).toFixed(0)} ms`)

const passwords = Object.fromEntries(
  [
    'postgres',
    'authenticator',
    'supabase_auth_admin',
    'supabase_storage_admin',
    'supabase_read_only_user',
    'plinth_sql',
  ].map((role) => [role, `secret of ${role}`]),
)
const times = { take: [], start: [], secrets: [], all: [], stop: [], wake: [], crash: [] } as Record<
  string,
  number[]
>

for (let round = 0; round < ROUNDS; round++) {
  await templates.refill()
  await pause(100)
  const place = join(base, `c${round}`)
  const [dataDir, socketDir, logFile] = ['data', 'run', 'log'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ]
  const owner = asRoot ? { uid: FIRST_UID + round, gid: FIRST_UID + round } : {}
  await mkdir(socketDir, { recursive: true })
  if (owner.uid !== undefined) await chown(socketDir, owner.uid, owner.gid)
  const options = {
    runtime,
    dataDir,
    socketDir,
    logFile,
    settings: makeSettings({ runtime, socketDir, name: `c${round}` }),
    ...owner,
  }
  const begin = async () => {
    const cluster = await startCluster(options)
    await cluster.ready
    return cluster
  }
  let cluster!: Awaited<ReturnType<typeof begin>>
  await timed(times['all']!, async () => {
    const secrets = makeSecrets({ ...passwords, supabase_admin: 'the superuser' })
    await timed(times['take']!, () => templates.take({ dataDir, ...owner }))
    await timed(times['start']!, async () => {
      cluster = await begin()
    })
    await timed(times['secrets']!, async () => setSecrets({ dataDir, socketDir, secrets: await secrets }))
  })
  await timed(times['stop']!, () => cluster.stop())
  await timed(times['wake']!, async () => {
    cluster = await begin()
  })
  process.kill(cluster.pid, 'SIGKILL')
  await cluster.exited
  await timed(times['crash']!, async () => {
    cluster = await begin()
  })
  await cluster.stop()
}

report('take + start + secrets', times['all']!)
for (const name of ['take', 'start', 'secrets', 'stop', 'wake']) report(`  ${name}`, times[name]!)
report('  start after kill -9', times['crash']!)
await templates.close()
await rm(base, { recursive: true, force: true })
clearInterval(awake)
