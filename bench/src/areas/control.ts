// The control plane: creating projects and branches, long lists, light reads, and its memory with a thousand projects.

import { join } from 'node:path'
import {
  createProject,
  type Installation,
  type Manage,
  makeManage,
  readSecrets,
  startInstallation,
  until,
} from '@plinth/e2e'
import { openPool, sql } from '@plinth/postgres'
import { type Request, startSender } from '../load.ts'
import { controlPids } from '../measured-processes.ts'
import { pssMiB } from '../process-use.ts'
import { record } from '../record.ts'
import { median, percentile } from '../statistics.ts'

const made = 10
const listed = 1000
const migrations = 10

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const recordTimes = (name: string, times: readonly number[], note: string): void =>
  record('control', { name, unit: 'ms', median: median(times), spread: percentile(times, 0.95), note })

const measureCreate = async (manage: Manage): Promise<string> => {
  const times: number[] = []
  let ref = ''
  for (let index = 0; index < made; index++)
    times.push(
      await timed(async () => {
        ref = (await createProject(manage, `control ${index}`)).ref
      }),
    )
  recordTimes('create project to healthy', times, `${made} projects, one after the other`)
  return ref
}

/** The reply's body, whose shape the caller names: the API is ours and of the same version. */
const good = async <T>(manage: Manage, ...ask: Parameters<Manage>): Promise<T> => {
  const reply = await manage(...ask)
  if (reply.status >= 400)
    throw new Error(`${ask[0]} ${ask[1]}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}

type Status = { readonly status: string }
type Branch = { readonly id: string; readonly project_ref: string }

/** Waits for a run of a branch; a step that failed ends the bench. */
const finished = (manage: Manage, ref: string, run: string): Promise<unknown> =>
  until(
    'the run to end',
    async () => {
      const path = `/v1/projects/${ref}/actions/${run}`
      const { run_steps: steps } = await good<{ run_steps: readonly Status[] }>(manage, 'GET', path)
      if (steps.some(({ status }) => status === 'DEAD')) throw new Error(JSON.stringify(steps))
      return steps.length > 0 && steps.every(({ status }) => status === 'EXITED')
    },
    120_000,
  )

const measureBranch = async (manage: Manage, ref: string): Promise<void> => {
  let branch: Branch = { id: '', project_ref: '' }
  const create = await timed(async () => {
    branch = await good<Branch>(manage, 'POST', `/v1/projects/${ref}/branches`, { branch_name: 'bench' })
    await until(
      'the branch to be ready',
      async () =>
        (await good<Status>(manage, 'GET', `/v1/branches/${branch.id}`)).status === 'ACTIVE_HEALTHY',
      120_000,
    )
  })
  recordTimes('create branch to healthy', [create], 'of an empty project')
  await until('its first run to end', async () => {
    const { body } = await manage('GET', `/v1/projects/${ref}/branches/bench`)
    return body.status === 'FUNCTIONS_DEPLOYED'
  })
  for (let index = 0; index < migrations; index++) {
    const query = `create table public.bench_${index} (id bigint primary key, name text)`
    await good(manage, 'POST', `/v1/projects/${branch.project_ref}/database/migrations`, { query })
  }
  const merge = await timed(async () => {
    const path = `/v1/branches/${branch.id}/merge`
    const run = await good<{ workflow_run_id: string }>(manage, 'POST', path, {})
    await finished(manage, ref, run.workflow_run_id)
  })
  recordTimes(`merge of ${migrations} migrations`, [merge], 'request to end of run')
}

/** Rows only: nothing runs behind them, and the control plane does not know the difference. */
const insertProjects = async (installation: Installation): Promise<void> => {
  const { controlDatabasePassword } = await readSecrets(installation.data)
  const pool = openPool({
    socketDir: join(installation.run, '_system'),
    password: controlDatabasePassword,
    user: 'plinth_control',
    database: 'plinth',
    size: 1,
    applicationName: 'bench',
  })
  await pool.run(sql`
    insert into projects (ref, organization_id, name, region, size, status, loopback_port, postgres_version)
    select (select string_agg(chr(97 + (hashtext(n || '-' || i)::bigint & 1023)::int % 26), '')
              from generate_series(1, 20) i),
           (select id from organizations limit 1), 'Project ' || n, 'us-east-1', 'nano', 'INACTIVE', 40000 + n, '17'
      from generate_series(1, ${listed}::int) n`)
  await pool.close()
}

const measureReads = async (installation: Installation, ref: string): Promise<void> => {
  const sender = startSender()
  const target = {
    door: { path: join(installation.run, 'control.sock') },
    processes: { control: controlPids(installation) },
  }
  const get = (path: string): Request => ({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${installation.token}` },
  })
  const cases = [
    ['GET /v1/profile', get('/v1/profile'), 20],
    ['GET /v1/projects/{ref}', get(`/v1/projects/${ref}`), 20],
    [`list of ${listed} projects`, get('/v1/projects'), 1],
  ] as const
  try {
    for (const [name, request, connections] of cases) {
      const round = await sender.send(target, request, { connections, seconds: 3 })
      const micros = round.micros['control'] ?? 0
      record('control', {
        name: `${name}, ${connections} at once`,
        unit: 'a second',
        median: round.perSecond,
        note: `p50 ${round.p50.toFixed(1)} ms, p99 ${round.p99.toFixed(1)} ms, ${micros.toFixed(0)} µs of the control plane`,
      })
    }
  } finally {
    sender.close()
  }
}

const recordMemory = (installation: Installation, note: string): void => {
  for (const pid of controlPids(installation))
    record('control', { name: 'memory of the control plane', unit: 'MiB', median: pssMiB(pid), note })
}

export const control = async (): Promise<void> => {
  const installation = await startInstallation()
  try {
    const manage = makeManage(installation)
    recordMemory(installation, 'just started')
    const ref = await measureCreate(manage)
    recordMemory(installation, `after creating ${made} projects`)
    await measureBranch(manage, ref)
    recordMemory(installation, 'after a branch and a merge')
    await insertProjects(installation)
    await measureReads(installation, ref)
    recordMemory(installation, `with ${listed} projects, after the reads above`)
  } finally {
    await installation.remove()
  }
}
