// Orders that go wrong, and those that come again: authorities that are away, refuse or want to be left alone.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issuedFolder } from '@plinth/certificates'
import { memoryObserve } from '@plinth/observe'
import { leakCheck } from '@plinth/testing'
import { freePort, type Pebble, startPebble } from '@plinth/testing/pebble'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Acme, type AcmeOptions, openAcme } from '../../src/acme/acme.ts'
import { sealKey } from '../stage.ts'

const checkLeaks = leakCheck()
const patience = { interval: 50 }
const opened: (() => Promise<unknown>)[] = []
const hmacKey = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
const binding = { kid: 'ours', hmacKey }
let data: string
let entrance: Server
let httpPort: number
/** Who answers the authority's questions. */
let current: Acme | undefined

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, done))
  opened.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return { server, port: (server.address() as AddressInfo).port }
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orders-'))
  const served = await serve(async ({ headers, url = '' }, response) => {
    const host = (headers.host ?? '').replace(/:\d+$/, '')
    response.end((await current?.findAnswer(host, url)) ?? 'nothing')
  })
  entrance = served.server
  httpPort = served.port
})
afterAll(async () => {
  expect(entrance.listening).toBe(true)
  for (const close of opened.reverse()) await close()
  await rm(data, { recursive: true })
  await checkLeaks()
})

const open = async (directory: string, more: Partial<AcmeOptions> = {}) => {
  const observer = memoryObserve()
  const acme = await openAcme({
    data,
    sealKey,
    directory,
    email: undefined,
    binding: undefined,
    isServed: () => true,
    observe: observer,
    lookEveryMs: 50,
    ...more,
  })
  opened.push(() => acme.close())
  current = acme
  const count = (event: string) => observer.seen.filter((one) => one.event === event).length
  return { acme, count, issued: issuedFolder(data, directory, sealKey) }
}

const refusalOf = async (issued: ReturnType<typeof issuedFolder>, name: string) => {
  await vi.waitFor(async () => expect(await issued.findRefusal(name)).toBeDefined(), patience)
  return issued.findRefusal(name)
}

const startAuthority = async (more: { certificateSeconds?: number; bindings?: Record<string, string> }) => {
  const pebble: Pebble = await startPebble({ httpPort, ...more })
  opened.push(pebble.stop)
  return pebble
}

it('renews at two thirds of the life, and shows nothing that is over', async () => {
  const pebble = await startAuthority({ certificateSeconds: 3 })
  const { acme, count } = await open(pebble.directory)
  acme.want(['short.example.test'])
  await vi.waitFor(() => {
    expect(count('certificate.issued')).toBeGreaterThan(1)
    // The newest of them, unless that one is over by now: then it is the next.
    expect(acme.find('short.example.test')).toBeDefined()
  }, patience)
  await pebble.stop()
  await vi.waitFor(() => expect(acme.find('short.example.test')).toBeUndefined(), patience)
  await acme.close()
})

it('orders on an external account where the authority asks for one, and else says so', async () => {
  const pebble = await startAuthority({ bindings: { ours: hmacKey } })
  const stranger = await open(pebble.directory)
  stranger.acme.want(['bound.example.test'])
  expect(await refusalOf(stranger.issued, 'bound.example.test')).toMatchObject({
    reason: expect.stringMatching(/externalAccountBinding/),
  })
  await stranger.acme.close()
  // As after the operator mended it: nothing else is kept of the failure.
  await stranger.issued.remove('bound.example.test')
  const { acme } = await open(pebble.directory, { binding })
  acme.want(['bound.example.test'])
  await vi.waitFor(() => expect(acme.find('bound.example.test')).toBeDefined(), patience)
  await acme.close()
})

it('waits longer after each failure, also across a restart', async () => {
  const directory = `http://127.0.0.1:${await freePort()}/directory`
  const first = await open(directory)
  first.acme.want(['away.example.test'])
  const refusal = await refusalOf(first.issued, 'away.example.test')
  expect(refusal).toMatchObject({ attempts: 1, reason: expect.stringContaining('ECONNREFUSED') })
  await first.acme.close()
  const second = await open(directory)
  second.acme.want(['away.example.test'])
  await second.acme.close()
  expect(await second.issued.findRefusal('away.example.test')).toEqual(refusal)
  // Its time has come.
  await second.issued.refuse('away.example.test', { ...refusal, next: new Date(0).toISOString() } as never)
  const third = await open(directory)
  third.acme.want(['away.example.test'])
  await vi.waitFor(async () => {
    const again = await third.issued.findRefusal('away.example.test')
    expect(again?.attempts).toBe(2)
    expect(Date.parse(again?.next ?? '') - Date.parse(again?.at ?? '')).toBe(600_000)
  }, patience)
  await third.acme.close()
})

it('tries again when the clock was set back since the failure', async () => {
  const directory = `http://127.0.0.1:${await freePort()}/directory`
  const name = 'ahead.example.test'
  const { acme, issued } = await open(directory)
  const [at, next] = [30, 31].map((days) => new Date(Date.now() + days * 86_400_000).toISOString())
  await issued.refuse(name, { reason: 'away', attempts: 1, at, next } as never)
  acme.want([name])
  await vi.waitFor(async () => expect((await issued.findRefusal(name))?.attempts).toBe(2), patience)
  await acme.close()
})

it('leaves an authority alone that was asked too often, for as long as it wants', async () => {
  let asked = 0
  const { port } = await serve((request, response) => {
    const base = `http://127.0.0.1:${port}`
    response.setHeader('replay-nonce', 'bm9uY2U')
    if (request.url === '/directory')
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          newNonce: `${base}/nonce`,
          newAccount: `${base}/account`,
          newOrder: `${base}/order`,
        }),
      )
    else if (request.url === '/nonce') response.end()
    else {
      asked += 1
      response.writeHead(429, { 'retry-after': '7200', 'content-type': 'application/problem+json' })
      response.end(
        JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail: 'too many accounts' }),
      )
    }
  })
  const { acme, issued } = await open(`http://127.0.0.1:${port}/directory`)
  acme.find('one.example.test')
  const refusal = await refusalOf(issued, 'one.example.test')
  expect(refusal?.reason).toBe('too many accounts')
  expect(Date.parse(refusal?.next ?? '') - Date.parse(refusal?.at ?? '')).toBeGreaterThan(7_100_000)
  const before = asked
  for (const name of ['two.example.test', 'three.example.test', 'one.example.test']) acme.find(name)
  await acme.close()
  expect(asked).toBe(before)
  expect(await issued.names()).toEqual(['one.example.test'])
})

it('gives up what is under way when it is closed', async () => {
  const { port } = await serve(() => undefined)
  const { acme, issued } = await open(`http://127.0.0.1:${port}/directory`)
  acme.want(['slow.example.test'])
  await acme.close()
  expect(await issued.names()).toEqual([])
})
