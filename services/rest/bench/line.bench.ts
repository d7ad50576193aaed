// A read of one row through the service on a unix socket, next to a bare node:http server that runs the same
// session: `node --conditions=source bench/line.bench.ts`. Prints one JSON line per figure.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { RestConfig } from '@plinth/contracts'
import { makeServer, unixClient } from '@plinth/http'
import { type LineOptions, openLine, openPool } from '@plinth/postgres'
import { readCatalogue } from '@plinth/schema'
import { openAdmin, startTestServer } from '@plinth/testing/server'
import { restService } from '../src/index.ts'

type Job = { readonly kind: 'service' | 'bare'; readonly line: LineOptions; readonly socketPath: string }

const seconds = 3
const inFlight = 20
const path = '/items?id=eq.4711'

const schema = `
  create role anon;
  create role authenticator login noinherit password 'authenticator' in role anon;
  create table public.items (id int primary key, name text not null, price numeric not null);
  insert into public.items select i, 'item ' || i, i * 1.5 from generate_series(1, 10000) i;
  grant select on public.items to anon;
  alter table public.items enable row level security;
  create policy all_see on public.items for select using (true);
  analyze;`

const claimsJson = '{"role":"anon"}'

const serveBare = async ({ line: options, socketPath }: Job): Promise<void> => {
  const line = openLine(options)
  const server = createServer(async (request, reply) => {
    const [result] = await line.run({
      settings: [
        ['role', 'anon'],
        ['request.jwt.claims', claimsJson],
        ['request.method', request.method ?? 'GET'],
        ['request.path', request.url ?? '/'],
      ],
      statements: [
        {
          text: `select coalesce(json_agg(t), '[]')::text from (select * from public.items where id = $1) t`,
          values: ['4711'],
        },
      ],
      mode: 'read',
    })
    const body = result?.rows[0]?.[0] ?? '[]'
    reply.setHeader('content-type', 'application/json; charset=utf-8')
    reply.setHeader('content-length', Buffer.byteLength(body))
    reply.end(body)
  })
  server.listen(socketPath)
  await once(server, 'listening')
}

const serveService = async ({ line: options, socketPath }: Job): Promise<void> => {
  const observe = () => undefined
  const line = openLine(options)
  const pool = openPool({ ...options, size: 1, applicationName: 'catalogue' })
  const catalogue = await readCatalogue(pool, { schemas: ['public'], extraSearchPath: [] })
  const app = makeServer({ observe })
  const claims = { role: 'anon' }
  const caller = { role: 'anon', claims, claimsJson, keyKind: 'legacy', token: undefined } as const
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = caller
    done()
  })
  const config = RestConfig.parse({ schemas: ['public'], extraSearchPath: [] })
  await app.register(restService({ line, schema: { current: () => catalogue }, config, observe }))
  await app.listen({ path: socketPath })
}

/** Requests per second and microseconds of the server's CPU for each. */
const load = async (socketPath: string, pid: number, forSeconds: number) => {
  const client = unixClient(socketPath)
  const cpu = () => {
    // The whole process, in clock ticks of 10 ms (proc(5), utime and stime).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  }
  const end = performance.now() + forSeconds * 1000
  const before = cpu()
  let done = 0
  const loop = async () => {
    while (performance.now() < end) {
      const { status } = await client.request('GET', path)
      if (status !== 200) throw new Error(`answered ${status}`)
      done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  await client.close()
  return { perSecond: done / forSeconds, micros: (cpu() - before) / done }
}

const failed = async (child: ChildProcess): Promise<never> => {
  await once(child, 'exit')
  throw new Error('the server ended')
}

const measure = async (job: Job) => {
  const child = fork(join(import.meta.dirname, 'line.bench.ts'), {
    execArgv: ['--conditions=source'],
    env: { ...process.env, REST_BENCH: JSON.stringify(job) },
  })
  try {
    await Promise.race([once(child, 'message'), failed(child)])
    await load(job.socketPath, child.pid ?? 0, 1)
    return await load(job.socketPath, child.pid ?? 0, seconds)
  } finally {
    child.kill()
  }
}

const report = (name: string, unit: string, value: number): void =>
  console.log(JSON.stringify({ area: 'rest', name, unit, median: Number(value.toFixed(2)) }))

const compare = async (): Promise<void> => {
  const server = await startTestServer()
  try {
    const admin = openAdmin(server.socketDir, 'postgres')
    await admin.session((session) => session.script(schema))
    await admin.close()
    const { socketDir } = server
    const line = {
      socketDir,
      user: 'authenticator',
      password: 'authenticator',
      database: 'postgres',
      size: 4,
    }
    const bare = await measure({ kind: 'bare', line, socketPath: join(socketDir, 'bare.sock') })
    const service = await measure({ kind: 'service', line, socketPath: join(socketDir, 'service.sock') })
    report('bare node:http with the same session', 'req/s', bare.perSecond)
    report('bare node:http with the same session', 'µs of CPU', bare.micros)
    report('one row through the service', 'req/s', service.perSecond)
    report('one row through the service', 'µs of CPU', service.micros)
    report('service to bare, throughput', 'ratio', service.perSecond / bare.perSecond)
    report('service to bare, CPU', 'ratio', service.micros / bare.micros)
  } finally {
    await server.stop()
  }
}

const told = process.env['REST_BENCH']
if (told === undefined) await compare()
else {
  const job = JSON.parse(told) as Job
  await (job.kind === 'bare' ? serveBare(job) : serveService(job))
  process.send?.('ready')
}
