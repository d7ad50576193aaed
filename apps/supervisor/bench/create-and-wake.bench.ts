// How long a new project takes until it serves, and how long a sleeping one takes to wake: at the supervisor's
// socket, with the real stack. `node --conditions=source apps/supervisor/bench/create-and-wake.bench.ts [rounds]`
// measures the bundles in dist/ when they are there (`npm run build`), else the sources.

import { randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { unixClient } from '@plinth/http'
import { startProcess } from '@plinth/process'
import { refOf, specOf } from '../test/fixtures.ts'

const rounds = Number(process.argv[2] ?? 20)
const checkout = join(import.meta.dirname, '../../..')
const bundle = join(checkout, 'dist/supervisor.mjs')
const folder = mkdtempSync(join(tmpdir(), 'plinth-bench-'))
const [data, run] = [join(folder, 'data'), join(folder, 'run')]
mkdirSync(data)
writeFileSync(join(folder, 'key'), randomBytes(32).toString('hex'))
writeFileSync(
  join(folder, 'secrets'),
  JSON.stringify({ controlDatabasePassword: 'c', systemAdminPassword: 's' }),
)

const supervisor = await startProcess({
  command: process.execPath,
  args: existsSync(bundle)
    ? [bundle]
    : ['--conditions=source', join(checkout, 'apps/supervisor/src/main.ts')],
  env: {
    PLINTH_DATA: data,
    PLINTH_RUN: run,
    PLINTH_INSTALLATION_KEY_FILE: join(folder, 'key'),
    PLINTH_SECRETS_FILE: join(folder, 'secrets'),
  },
  logFile: join(folder, 'supervisor.log'),
  detached: false,
})
const client = unixClient(join(run, 'supervisor.sock'))
const call = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) => {
  const answer = await client.request(method, path, body)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isTrue())) await delay(20)
}
const hasStatus = (ref: string, status: string) => async () =>
  ((await call('GET', `/branches/${ref}`)) as { status: string }).status === status

/** Copies and spares are ready again, as they are when a project is created now and then. */
const rested = async (): Promise<void> => {
  await until(() => readdirSync(run).filter((name) => name.startsWith('spare-')).length === 2)
  const copies = () => globSync(join(data, 'templates/*/ready/*')).filter((path) => !path.includes('/.'))
  await until(() => copies().length === 3)
  await delay(300)
}

const figure = (name: string, values: readonly number[]): void => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0)
  const [p50, p95] = [at(0.5), at(0.95)]
  console.log(
    JSON.stringify({ name, unit: 'ms', n: values.length, p50, p95, min: at(0), load: loadavg()[0] }),
  )
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await act()
  return performance.now() - started
}

try {
  await until(() =>
    call('GET', '/health').then(
      () => true,
      () => false,
    ),
  )
  const [creates, wakes]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    const ref = refOf(round)
    await rested()
    creates.push(
      await timed(async () => {
        await call('PUT', `/branches/${ref}`, specOf(ref))
        await call('POST', `/branches/${ref}/wake`)
      }),
    )
    await call('POST', `/branches/${ref}/sleep`)
    await until(hasStatus(ref, 'asleep'))
    await rested()
    wakes.push(await timed(() => call('POST', `/branches/${ref}/wake`)))
    await call('POST', `/branches/${ref}/sleep`)
    await until(hasStatus(ref, 'asleep'))
  }
  figure('supervisor.create', creates)
  figure('supervisor.wake', wakes)
} finally {
  await client.close()
  await supervisor.stop({ graceMs: 30_000 })
  if (process.exitCode === undefined) rmSync(folder, { recursive: true, force: true })
}
