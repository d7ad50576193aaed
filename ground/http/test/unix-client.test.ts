// Two processes' conversation over a unix socket: requests, streams of lines, and coming back after a loss.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryObserve } from '@plinth/observe'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  closeServer,
  type LineStream,
  listenOnSocket,
  makeServer,
  streamLines,
  unixClient,
} from '../src/index.ts'

let folder = ''
let socket = ''
let streams: LineStream[] = []
const open: { close: () => Promise<unknown> }[] = []
const observe = memoryObserve({ after: (check) => afterEach(check) })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'http-'))
  socket = join(folder, 'a.sock')
  streams = []
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})

const makeApp = async (): Promise<FastifyInstance> => {
  const app = makeServer({ observe })
  app.put('/echo', async (request, reply) => reply.code(202).send({ got: request.body }))
  app.delete('/echo', async (_, reply) => reply.code(204).send())
  app.get('/lines', (_, reply) => {
    const stream = streamLines(reply)
    streams.push(stream)
    stream.send({ n: 1 })
  })
  await listenOnSocket(app, socket)
  open.push(app)
  return app
}

const makeClient = () => {
  const client = unixClient(socket)
  open.push(client)
  return client
}

test('sends and receives JSON, whatever the status', async () => {
  await makeApp()
  const client = makeClient()
  expect(await client.request('PUT', '/echo', { a: 'ü' })).toEqual({ status: 202, body: { got: { a: 'ü' } } })
  expect(await client.request('DELETE', '/echo')).toEqual({ status: 204, body: undefined })
  expect(await client.request('GET', '/nothing')).toMatchObject({
    status: 404,
    body: { code: 'route_not_found' },
  })
})

test('says which socket nobody answers at', async () => {
  await expect(makeClient().request('GET', '/')).rejects.toMatchObject({
    code: 'process_not_reachable',
    kind: 'platform',
    message: `Nothing answers at ${socket}.`,
  })
})

test('follows lines, and comes back after the other side was replaced', async () => {
  const first = await makeApp()
  const seen: unknown[] = []
  const stop = new AbortController()
  const following = makeClient().follow('/lines', {
    onLine: (line) => seen.push(line),
    onConnect: () => seen.push('connected'),
    onLost: (error) => seen.push((error as { code?: unknown }).code),
    signal: stop.signal,
  })
  await expect.poll(() => seen).toEqual(['connected', { n: 1 }])
  streams[0]?.send({ n: 2 })
  await expect.poll(() => seen.at(-1)).toEqual({ n: 2 })
  await closeServer(first)
  await makeApp()
  await expect.poll(() => seen.slice(-2)).toEqual(['connected', { n: 1 }])
  // Cut first, then refused: the other side is away, and nobody has made a mistake.
  const lost = seen.filter((one) => one !== 'connected' && typeof one !== 'object')
  expect(new Set(lost)).toEqual(new Set(['process_not_reachable']))
  stop.abort()
  await following
  await expect.poll(() => streams[1]?.closed.aborted).toBe(true)
})

test('a line that its reader cannot take is no matter of reach', async () => {
  await makeApp()
  const stop = new AbortController()
  const lost = new Promise((resolve) => {
    const onLine = () => {
      throw new TypeError('not a report')
    }
    void makeClient().follow('/lines', { onLine, onLost: resolve, signal: stop.signal })
  })
  expect(await lost).toBeInstanceOf(TypeError)
  stop.abort()
})

test('an open stream does not keep a closing server open', async () => {
  const app = await makeApp()
  const stop = new AbortController()
  const following = makeClient().follow('/lines', { onLine: () => undefined, signal: stop.signal })
  await expect.poll(() => streams.length).toBe(1)
  await closeServer(app)
  expect(streams[0]?.closed.aborted).toBe(true)
  stop.abort()
  await following
})

test('closes as soon as the last request is answered', async () => {
  const app = makeServer({ observe })
  const answers: (() => void)[] = []
  app.get('/slow', (_, reply) => void answers.push(() => void reply.send({ done: true })))
  await listenOnSocket(app, socket)
  const asked = makeClient().request('GET', '/slow')
  await expect.poll(() => answers.length).toBe(1)
  const closed = closeServer(app, 60_000)
  answers[0]?.()
  expect(await asked).toEqual({ status: 200, body: { done: true } })
  await closed
})

test('cuts a request that outlives the deadline', async () => {
  const app = makeServer({ observe })
  let isAsked = false
  app.get('/never', () => {
    isAsked = true
    return new Promise(() => undefined)
  })
  await listenOnSocket(app, socket)
  const asked = expect(makeClient().request('GET', '/never')).rejects.toThrow('Nothing answers')
  await expect.poll(() => isAsked).toBe(true)
  await closeServer(app, 20)
  await asked
})

test('replaces a stale socket and sets who may connect', async () => {
  writeFileSync(socket, 'left behind')
  const server = createServer()
  await listenOnSocket(server, socket, 0o660)
  expect(statSync(socket).mode & 0o777).toBe(0o660)
  await expect(makeApp()).rejects.toThrow(`Another process already listens at ${socket}.`)
  server.close()
})
