// The request line over time and in bad company: reads beside slow neighbours, and memory over many requests.

import { join } from 'node:path'
import { type Request, startSender, type Target } from '../load.ts'
import { stackPids } from '../measured-processes.ts'
import { cpuMicros, pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { type Bench, startBench } from './rest.ts'

const read: Request = { method: 'GET', path: '/rest/v1/items?id=eq.4711' }

const neighbours: readonly (Request & { readonly name: string })[] = [
  { name: '4 sleeping calls', method: 'GET', path: '/rest/v1/rpc/doze?seconds=0.2' },
  { name: '4 calls that compute', method: 'GET', path: '/rest/v1/rpc/toil?rows=1000000' },
]

const requestsInAll = 500_000
const steps = 5

const asAnon = ({ project }: Bench, request: Request): Request => ({
  ...request,
  headers: { apikey: project.keys.anon, ...request.headers },
})

const stackOf = ({ installation, project }: Bench): Target => ({
  door: { path: join(installation.run, project.ref, 'http.sock') },
  processes: {},
})

const measureBeside = async (bench: Bench, neighbour: Request & { readonly name: string }): Promise<void> => {
  const second = startSender()
  const target = stackOf(bench)
  try {
    const slow = second.send(target, asAnon(bench, neighbour), { connections: 4, seconds: 5 })
    const { perSecond, p50, p99 } = await bench.sender.send(target, asAnon(bench, read), {
      connections: 20,
      seconds: 4,
    })
    const beside = await slow
    record('steady', {
      name: `one row beside ${neighbour.name}`,
      unit: 'ms',
      median: p50,
      note: `p99 ${p99.toFixed(2)} ms, ${perSecond.toFixed(0)} req/s; a neighbour's call takes ${beside.p50.toFixed(0)} ms`,
    })
  } finally {
    second.close()
  }
}

const measureReads = async (bench: Bench): Promise<void> => {
  const target = stackOf(bench)
  const amount = { connections: 20, seconds: 4, atLeast: 5000 }
  await bench.sender.send(target, asAnon(bench, read), amount)
  const { perSecond, p50, p99 } = await bench.sender.send(target, asAnon(bench, read), amount)
  record('steady', {
    name: 'one row, nobody beside',
    unit: 'ms',
    median: p50,
    note: `p99 ${p99.toFixed(2)} ms, ${perSecond.toFixed(0)} req/s`,
  })
}

/** Of the stack processes the one that works: the others are spares. */
const workingStack = ({ installation }: Bench): number =>
  stackPids(installation).toSorted((a, b) => cpuMicros(b) - cpuMicros(a))[0] ?? 0

const measureMemory = async (bench: Bench): Promise<void> => {
  const pid = workingStack(bench)
  for (let step = 1; step <= steps; step++) {
    const atLeast = requestsInAll / steps
    await bench.sender.send(stackOf(bench), asAnon(bench, read), { connections: 50, seconds: 0, atLeast })
    record('steady', {
      name: `stack after ${(atLeast * step) / 1000} thousand requests`,
      unit: 'MiB',
      median: pssMiB(pid),
    })
  }
}

export const steady = async (words: string): Promise<void> => {
  const bench = await startBench()
  try {
    await measureReads(bench)
    if ('beside'.includes(words)) for (const neighbour of neighbours) await measureBeside(bench, neighbour)
    if ('memory'.includes(words)) await measureMemory(bench)
  } finally {
    await bench.close()
  }
}
