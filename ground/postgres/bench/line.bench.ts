// The request line next to `pg` awaited step by step: role, three claims and one primary key select as
// JSON text, in one transaction. Prints one JSON line per figure.

import { openAdmin, startTestServer } from '@plinth/testing/server'
import pg from 'pg'
import { openLine, raw, type Statement, sql } from '../src/index.ts'

const seconds = 2
const rows = 100_000

type Way = {
  readonly name: string
  readonly inFlight: number
  readonly run: (id: number) => Promise<unknown>
}

const select = (id: number): Statement =>
  sql`select coalesce(json_agg(t), '[]')::text from (select * from accounts where id = ${id}) t`

const claims = [
  ['role', 'anon'],
  ['request.jwt.claims', '{"role":"anon"}'],
  ['request.method', 'GET'],
  ['request.path', '/rest/v1/accounts'],
] as const

const server = await startTestServer()
const connection = {
  socketDir: server.socketDir,
  user: 'authenticator',
  password: 'authenticator',
  database: 'postgres',
}

const prepare = async (): Promise<void> => {
  const admin = openAdmin(server.socketDir, 'postgres')
  await admin.session((session) =>
    session.script(`
      create role anon;
      create role authenticator login noinherit password 'authenticator' in role anon;
      create table accounts as select id, 0 as balance, repeat('x', 80) as filler from generate_series(1, ${rows}) id;
      alter table accounts add primary key (id);
      grant select on accounts to anon;`),
  )
  await admin.run(raw('analyze accounts'))
  await admin.close()
}

const lineWay = (size: number, depth: number): Way & { readonly close: () => Promise<void> } => {
  const line = openLine({ ...connection, size, depth })
  return {
    name: `line ${size}x${depth}`,
    inFlight: size * depth,
    run: (id) => line.run({ settings: claims, statements: [select(id)], mode: 'read' }),
    close: line.close,
  }
}

const poolWay = (size: number): Way & { readonly close: () => Promise<void> } => {
  const pool = new pg.Pool({ ...connection, host: server.socketDir, max: size })
  const settings = claims
    .map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`)
    .join(', ')
  const run = async (id: number) => {
    const client = await pool.connect()
    await client.query('begin read only')
    await client.query({ name: 'settings', text: `select ${settings}`, values: claims.flat() })
    const { text, values } = select(id)
    const result = await client.query({ name: 'select', text, values: [...values] })
    await client.query('commit')
    client.release()
    return result.rows
  }
  return { name: `pg ${size}, step by step`, inFlight: size, run, close: () => pool.end() }
}

const measure = async ({ name, inFlight, run }: Way, forSeconds: number): Promise<void> => {
  let done = 0
  const end = performance.now() + forSeconds * 1000
  const before = process.cpuUsage()
  const started = performance.now()
  const client = async () => {
    while (performance.now() < end) {
      await run(1 + Math.floor(Math.random() * rows))
      done += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  if (forSeconds < seconds) return
  const elapsed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const figures = {
    perSecond: Math.round(done / elapsed),
    nodeMicros: Number(((user + system) / done).toFixed(1)),
  }
  console.log(JSON.stringify({ name, ...figures }))
}

try {
  await prepare()
  for (const way of [poolWay(1), poolWay(20), lineWay(1, 1), lineWay(20, 1), lineWay(4, 16)]) {
    await measure(way, seconds / 4)
    await measure(way, seconds)
    await way.close()
  }
} finally {
  await server.stop()
}
