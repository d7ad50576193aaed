// The floors: what the machine can do when nothing of the product stands between the socket and Postgres but the
// session itself (role, claims, one statement that answers JSON).

import { createServer } from 'node:http'
import { type Line, openLine, sql } from '@plinth/postgres'
import type { FloorJob, FloorMessage } from './job.ts'

const job = JSON.parse(process.env['FLOOR'] ?? '{}') as FloorJob
const claims = JSON.stringify({ role: 'anon' })

const line: Line = openLine({ ...job.line, database: 'postgres', size: 8 })

const session = async (): Promise<string> => {
  const [result] = await line.run({
    settings: [
      ['role', 'anon'],
      ['request.jwt.claims', claims],
      ['request.method', 'GET'],
      ['request.path', '/items'],
    ],
    statements: [
      sql`select coalesce(json_agg(t), '[]')::text from (select * from public.items where id = ${4711}) t`,
    ],
    mode: 'read',
  })
  return result?.rows[0]?.[0] ?? '[]'
}

const tell = (message: FloorMessage): void => {
  process.send?.(message)
}

const countSessions = async (seconds: number, inFlight: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < end) {
      await session()
      done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  return done / seconds
}

if (job.kind === 'line') {
  await countSessions(1, job.inFlight)
  tell({ perSecond: await countSessions(job.seconds, job.inFlight) })
} else {
  const server = createServer(async (_request, reply) => {
    reply.setHeader('content-type', 'application/json; charset=utf-8')
    reply.end(await session())
  })
  server.listen(job.socketPath, () => tell({ listening: true }))
}
