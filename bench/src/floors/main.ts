// The floors: what the machine can do when nothing of the product stands between the socket and Postgres but the
// session itself: the wire client alone, and a bare HTTP server around it.

import { createServer, type IncomingMessage } from 'node:http'
import { type LineRequest, openLine } from '@plinth/postgres'
import { captureSessions } from './capture-session.ts'
import type { FloorJob, FloorMessage, FloorQuestion } from './job.ts'

const job = JSON.parse(process.env['FLOOR'] ?? '{}') as FloorJob
// As many connections as a stack has.
const options = { ...job.line, database: 'postgres', size: 10 }
const sessions = await captureSessions(options, job.claims, job.requests)
const line = openLine(options)

const keyOf = (method: string | undefined, url: string | undefined): string => `${method} ${url}`

const byAddress = new Map(
  job.requests.map(({ method, path }, index) => [keyOf(method, path), sessions[index]] as const),
)

const tell = (message: FloorMessage): void => {
  process.send?.(message)
}

const bodyColumn = 2

const run = async (session: LineRequest): Promise<string> => {
  const [result] = await line.run(session)
  return result?.rows[0]?.[bodyColumn] ?? ''
}

const whole = async (request: IncomingMessage): Promise<void> => {
  for await (const _piece of request);
}

const server = createServer(async (request, reply) => {
  const session = byAddress.get(keyOf(request.method, request.url))
  if (session === undefined) {
    reply.statusCode = 404
    reply.end()
    return
  }
  if (request.method !== 'GET') await whole(request)
  const body = await run(session)
  reply.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  reply.end(body)
})

const countSessions = async ({ request, inFlight, seconds }: FloorQuestion): Promise<FloorMessage> => {
  const session = sessions[request]
  if (session === undefined) throw new Error(`There is no request ${request}.`)
  const before = process.cpuUsage()
  const end = performance.now() + seconds * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < end) {
      await run(session)
      done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  const { user, system } = process.cpuUsage(before)
  return { kind: 'line', perSecond: done / seconds, micros: (user + system) / done }
}

process.on('message', (question: FloorQuestion) => {
  void countSessions(question).then(tell)
})
// In a session of its own it would outlive a bench that was stopped.
process.on('disconnect', () => process.exit())
server.listen(job.socketPath, () => tell({ kind: 'listening' }))
