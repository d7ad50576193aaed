// What running the platform costs: start, creating projects, and the memory of an idle awake project.

import { setTimeout as delay } from 'node:timers/promises'
import {
  createProject,
  type Installation,
  makeManage,
  type Project,
  processesOf,
  startInstallation,
} from '@plinth/e2e'
import { pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { median, percentile } from '../statistics.ts'

const projects = 20

/** As long as it takes to make another copy of the template and another spare stack. */
const pauseMs = 2_000

const measureCreate = async (
  installation: Installation,
  name: string,
  pause: number,
): Promise<readonly Project[]> => {
  const manage = makeManage(installation)
  const made: Project[] = []
  const times: number[] = []
  for (let index = 0; index < projects; index++) {
    await delay(pause)
    const started = performance.now()
    made.push(await createProject(manage, `${name} ${index}`))
    times.push(performance.now() - started)
  }
  record('platform', {
    name: `create project to healthy, ${name}`,
    unit: 'ms',
    median: median(times),
    spread: percentile(times, 0.95),
    note: `${projects} projects`,
  })
  return made
}

const measureMemory = (installation: Installation, project: Project): void => {
  const all = processesOf(installation.data)
  const isPostgres = (command: string) => command.includes(`clusters/${project.ref}/`)
  const database = all
    .filter(({ command }) => isPostgres(command))
    .flatMap(({ pid }) => [pid, ...all.filter(({ parent }) => parent === pid).map((one) => one.pid)])
  const stack = all.filter(({ command }) => command.includes('stack.mjs'))
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + pssMiB(pid), 0)
  const stackMiB = median(stack.map(({ pid }) => pssMiB(pid)))
  record('platform', { name: 'idle project: Postgres', unit: 'MiB', median: sum([...new Set(database)]) })
  record('platform', {
    name: 'idle project: stack process',
    unit: 'MiB',
    median: stackMiB,
    note: `median of ${stack.length}`,
  })
  record('platform', {
    name: 'idle project in all',
    unit: 'MiB',
    median: sum([...new Set(database)]) + stackMiB,
  })
  for (const name of ['supervisor', 'control-plane', 'edge']) {
    const found = all.find(({ command }) => command.endsWith(`${name}.mjs`))
    if (found) record('platform', { name: `shared: ${name}`, unit: 'MiB', median: pssMiB(found.pid) })
  }
}

export const platform = async (): Promise<void> => {
  const started = performance.now()
  const installation = await startInstallation()
  try {
    record('platform', {
      name: 'first start, fresh data folder',
      unit: 's',
      median: (performance.now() - started) / 1000,
    })
    const [first] = await measureCreate(installation, 'one every two seconds', pauseMs)
    await measureCreate(installation, 'without a pause', 0)
    if (first) measureMemory(installation, first)
    await installation.stop()
    const again = performance.now()
    await installation.start().then((running) => running.stop())
    record('platform', {
      name: 'start and stop with 40 projects',
      unit: 's',
      median: (performance.now() - again) / 1000,
    })
  } finally {
    await installation.remove()
  }
}
