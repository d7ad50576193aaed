// One value after the other behind the same socket, and nothing lost between them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenOnSocket, type UnixClient, unixClient } from '@plinth/http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Front, makeFront, type Served } from '../src/front.ts'

let folder = ''
let front: Front
let client: UnixClient

const begin = async (patienceMs?: number) => {
  front = makeFront(patienceMs)
  await listenOnSocket(front.server, join(folder, 'http.sock'))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'front-'))
  client = unixClient(join(folder, 'http.sock'))
})
afterEach(async () => {
  await client.close()
  await front.stop(100)
  rmSync(folder, { recursive: true })
})

type Value = Served & { isClosed: boolean; waiting: (() => void)[] }

/** Answers with its name, below `/direct` on the hot line; what is slow only when the test says so. */
const makeValue = (name: string): Value => {
  const value: Value = {
    isClosed: false,
    waiting: [],
    handle: (request, response) => {
      if (value.isClosed) return void response.writeHead(500).end('closed')
      const answer = () => void response.end(JSON.stringify(value.isClosed ? 'closed' : name))
      if (request.url === '/slow') value.waiting.push(answer)
      else answer()
    },
    findDirect: (url) => {
      if (!url.startsWith('/direct')) return undefined
      return (carrier) => {
        const answer = () => {
          const body = JSON.stringify(value.isClosed ? 'closed' : name)
          carrier.send(200, ['content-type', 'application/json', 'content-length', `${body.length}`], body)
        }
        if (url === '/direct/slow') value.waiting.push(answer)
        else answer()
      }
    },
    close: async () => {
      value.isClosed = true
    },
  }
  return value
}

const ask = async (path = '/') => (await client.request('GET', path)).body

test('requests before the first value wait for it', async () => {
  await begin()
  const early = [ask(), ask('/a')]
  await front.exchange(makeValue('one'))
  expect(await Promise.all(early)).toEqual(['one', 'one'])
})

test('but not for ever', async () => {
  await begin(20)
  expect(await client.request('GET', '/')).toEqual({
    status: 503,
    body: { message: 'The project is starting. Try again in a moment.' },
  })
})

const slowPaths = ['/slow', '/direct/slow']

test.each(slowPaths)(
  'a request to %s stays with the value that began it, which then closes',
  async (path) => {
    await begin()
    const [one, two] = [makeValue('one'), makeValue('two')]
    await front.exchange(one)
    const slow = ask(path)
    await expect.poll(() => one.waiting.length).toBe(1)
    const exchanged = front.exchange(two)
    expect(await ask()).toBe('two')
    expect(one.isClosed).toBe(false)
    one.waiting[0]?.()
    expect(await slow).toBe('one')
    await exchanged
    expect([one.isClosed, two.isClosed]).toEqual([true, false])
  },
)

test('no request fails while values are exchanged', async () => {
  await begin()
  await front.exchange(makeValue('0'))
  let isDone = false
  const answers = new Set<unknown>()
  const asking = Array.from({ length: 8 }, async (_, index) => {
    while (!isDone) answers.add(await ask(index % 2 === 0 ? '/' : '/direct'))
  })
  for (let round = 1; round <= 50; round++) {
    await front.exchange(makeValue(String(round)))
    await ask()
  }
  isDone = true
  await Promise.all(asking)
  expect([...answers].filter((answer) => answer === 'closed' || !/^\d+$/.test(String(answer)))).toEqual([])
  expect(answers.size).toBeGreaterThan(25)
})

test.each(slowPaths)('stops: %s under way finishes, nothing new is accepted', async (path) => {
  await begin()
  const one = makeValue('one')
  await front.exchange(one)
  const slow = ask(path)
  await expect.poll(() => one.waiting.length).toBe(1)
  const stopped = front.stop(5000)
  await expect(unixClient(join(folder, 'http.sock')).request('GET', '/')).rejects.toThrow('Nothing answers')
  one.waiting[0]?.()
  expect(await slow).toBe('one')
  await stopped
  expect(one.isClosed).toBe(true)
})
