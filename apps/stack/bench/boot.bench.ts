// A stack process's costs: spare ready, spec to first request, memory at each stage.
// `node --conditions=source bench/boot.bench.ts [program]`; with the bundle: `… bench/boot.bench.ts ../../dist/stack.mjs`.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isSocketServed, unixClient } from '@plinth/http'
import { setup } from '../../../tools/test-postgres.ts'
import { makeSpec, publishable } from '../test/a-stack.ts'

const rounds = 7
const program = resolve(process.argv[2] ?? new URL('../src/main.ts', import.meta.url).pathname)

const facts = { socketDir: '' }
const stopPostgres = await setup({
  provide: (_: string, given: { socketDir: string }) => Object.assign(facts, given),
} as never)

const figures = new Map<string, number[]>()
const note = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value])

const pss = (pid: number): number => {
  const [, kib] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')) ?? []
  return Number(kib) / 1024
}

const rest = () => new Promise((done) => setTimeout(done, 1500))

const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now()
  const result = await work()
  note(name, performance.now() - started)
  return result
}

const round = async (folder: string) => {
  const socket = (name: string) => join(folder, `${name}.sock`)
  const started = performance.now()
  const child = spawn(process.execPath, ['--conditions=source', program, '--admin', socket('spare')], {
    stdio: 'ignore',
  })
  const { pid = 0 } = child
  while (!(await isSocketServed(socket('spare')))) await new Promise((done) => setTimeout(done, 2))
  note('spare ready, ms', performance.now() - started)
  await rest()
  note('spare, PSS MiB', pss(pid))
  const spare = unixClient(socket('spare'))
  const http = unixClient(socket('http'))
  const place = {
    postgresSocketDir: facts.socketDir,
    database: 'project_template',
    httpSocket: socket('http'),
    adminSocket: socket('admin'),
  }
  await spare.request('GET', '/health')
  await timed('spec to ready, ms', () => spare.request('PUT', '/spec', { spec: makeSpec(), place }))
  const ask = () => http.request('GET', '/rest/v1/rpc/none', undefined, { headers: { apikey: publishable } })
  await timed('first request, ms', ask)
  await rest()
  note('awake and idle, PSS MiB', pss(pid))
  for (let count = 0; count < 3000; count++) await ask()
  await rest()
  note('after 3000 requests, PSS MiB', pss(pid))
  await spare.close()
  await http.close()
  child.kill()
  await once(child, 'exit')
}

for (let count = 0; count < rounds; count++) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  await round(folder)
  rmSync(folder, { recursive: true })
}
await stopPostgres()

for (const [name, values] of figures) {
  const sorted = values.sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  console.log(
    JSON.stringify({
      name,
      median: Number(median?.toFixed(1)),
      spread: [sorted[0], sorted.at(-1)].map((one) => Math.round(one ?? 0)),
    }),
  )
}
