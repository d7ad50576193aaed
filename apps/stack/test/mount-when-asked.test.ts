// Services that cannot be mounted, and later can: behind a real server, by a clock of the test.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryObserve } from '@plinth/observe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type MountedWhenAsked, mountWhenAsked } from '../src/mount-when-asked.ts'

let server: Server
let services: MountedWhenAsked
let observer: ReturnType<typeof memoryObserve>
let now = 0
let tries = 0
let isBroken = true
let open = 0

beforeEach(async () => {
  now = tries = open = 0
  isBroken = true
  observer = memoryObserve()
  const make = async () => {
    tries += 1
    if (isBroken) throw new Error('no file could be opened')
    open += 1
    return {
      handle: (_: unknown, response: { end: (text: string) => void }) => response.end('served'),
      close,
    }
  }
  const close = async () => {
    open -= 1
  }
  services = mountWhenAsked(make, observer, () => now)
  server = createServer(services.handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await services.close()
  expect(open).toBe(0)
})

const ask = async () => {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() }
}

test('a failure is no end: a later request mounts them, and each is told until then', async () => {
  const refused = { status: 503, retryAfter: '1', text: expect.stringContaining('could not be started') }
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([refused, refused, refused])
  expect(tries).toBe(1)
  isBroken = false
  now = 999
  expect(await ask()).toMatchObject({ status: 503 })
  now = 1000
  expect(await Promise.all([ask(), ask()])).toMatchObject([{ text: 'served' }, { text: 'served' }])
  now = 10_000_000
  expect(await ask()).toMatchObject({ status: 200 })
  expect(tries).toBe(2)
})

test('the rest doubles with each failure, up to a minute; each try is said once', async () => {
  const rests: number[] = []
  for (let count = 0; count < 9; count += 1) {
    const { retryAfter } = await ask()
    await ask()
    rests.push(Number(retryAfter))
    now += Number(retryAfter) * 1000
  }
  expect(rests).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  expect(tries).toBe(9)
  expect(observer.seen.map(({ event }) => event)).toEqual(Array(9).fill('services.not_mounted'))
})
