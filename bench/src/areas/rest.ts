// The request line: reads at the stack's socket and through the edge, next to two floors of the same run: the wire
// client alone, and a bare HTTP server that runs the same session.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createProject,
  type Installation,
  makeManage,
  type Project,
  processesOf,
  query,
  startInstallation,
} from '@plinth/e2e'
import type { FloorJob, FloorMessage } from '../floors/job.ts'
import { type Load, load, type Target } from '../load.ts'
import { record } from '../record.ts'

const seconds = 4
const connections = 20
const rolePassword = 'bench-line'

const schema = `
  create table public.items (id int primary key, name text not null, price numeric not null);
  insert into public.items select i, 'item ' || i, i * 1.5 from generate_series(1, 10000) i;
  create table public.parts (id int primary key, item_id int not null references public.items, name text not null);
  create index on public.parts (item_id);
  insert into public.parts select i, (i % 10000) + 1, 'part ' || i from generate_series(1, 50000) i;
  alter table public.items enable row level security;
  alter table public.parts enable row level security;
  create policy all_see on public.items for select using (true);
  create policy all_see on public.parts for select using (true);
  create role bench_line login noinherit password '${rolePassword}';
  grant anon to bench_line;
  analyze;
`

const single = '/rest/v1/items?id=eq.4711'
const embed = '/rest/v1/items?select=id,name,parts(id,name)&id=eq.4711'

const pidOf = (installation: Installation, find: (command: string) => boolean): readonly number[] =>
  processesOf(installation.data)
    .filter(({ command }) => find(command))
    .map(({ pid }) => pid)

/** Runs a floor in a process of its own, so that its processor time can be read. */
const withFloor = async <T>(
  job: FloorJob,
  use: (pid: number, first: FloorMessage) => Promise<T>,
): Promise<T> => {
  const child = fork(join(import.meta.dirname, '../floors/main.ts'), {
    execArgv: ['--conditions=source'],
    env: { ...process.env, FLOOR: JSON.stringify(job) },
  })
  try {
    const [message] = (await once(child, 'message')) as [FloorMessage]
    return await use(child.pid ?? 0, message)
  } finally {
    child.kill()
  }
}

const show = (name: string, result: Load, floor?: Load): void => {
  if (result.failed > 0) throw new Error(`${name}: ${result.failed} requests failed`)
  const ratio = floor === undefined ? {} : { ratio: result.perSecond / floor.perSecond }
  record('rest', {
    name,
    unit: 'req/s',
    median: result.perSecond,
    ...ratio,
    note: `p50 ${result.p50} ms, p99 ${result.p99} ms, ${result.cpuMicros.toFixed(0)} µs CPU`,
  })
}

const measure = async (
  installation: Installation,
  project: Project,
  postgresSocketDir: string,
): Promise<void> => {
  const headers = { apikey: project.keys.anon }
  const stackSocket = join(postgresSocketDir, 'http.sock')
  const stackPids = pidOf(installation, (command) => command.includes('stack.mjs'))
  const edgePids = pidOf(installation, (command) => command.endsWith('edge.mjs'))
  const line = { socketDir: postgresSocketDir, user: 'bench_line', password: rolePassword }

  await withFloor({ kind: 'line', line, seconds, inFlight: connections }, async (_pid, { perSecond = 0 }) => {
    record('rest', { name: 'floor: wire client alone', unit: 'sessions/s', median: perSecond })
  })
  const folder = await mkdtemp(join(tmpdir(), 'plinth-bench-'))
  const socketPath = join(folder, 'floor.sock')
  const floor = await withFloor({ kind: 'http', line, socketPath }, (pid) =>
    load({ url: 'http://localhost/', socketPath, headers, pids: [pid] }, connections, seconds),
  )
  await rm(folder, { recursive: true })
  show('floor: bare HTTP server, same session', floor)

  const atStack = (path: string): Target => ({
    url: `http://localhost${path}`,
    socketPath: stackSocket,
    headers,
    pids: stackPids,
  })
  const throughEdge = (path: string): Target => ({
    url: `${project.url}${path}`,
    headers,
    pids: [...stackPids, ...edgePids],
  })
  show('single row at the stack', await load(atStack(single), connections, seconds), floor)
  show('single row through the edge', await load(throughEdge(single), connections, seconds), floor)
  show('2-level embed at the stack', await load(atStack(embed), connections, seconds), floor)
  show('2-level embed through the edge', await load(throughEdge(embed), connections, seconds), floor)
}

export const rest = async (): Promise<void> => {
  const installation = await startInstallation()
  try {
    const manage = makeManage(installation)
    const project = await createProject(manage, 'bench')
    await query(manage, project.ref, schema)
    await measure(installation, project, join(installation.run, project.ref))
  } finally {
    await installation.remove()
  }
}
