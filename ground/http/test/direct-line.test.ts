// Requests past the framework: what every answer carries, bodies and their limit, and errors in the right dialect.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { memoryObserve } from '@plinth/observe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DirectAnswer, type DirectService, directLine, httpErrors, NodeCarrier } from '../src/index.ts'

const caller = { role: 'anon', claims: {}, claimsJson: '{}', keyKind: 'none', token: undefined } as const
const json = { 'content-type': 'application/json' }

let server: Server
let address = ''
let observe: ReturnType<typeof memoryObserve>
let answer: DirectService['answer']

beforeEach(async () => {
  observe = memoryObserve({ expected: ['request.failed'] })
  const handle = directLine({
    service: {
      name: 'mirror',
      answer: (...asked) => answer(...asked),
      dialect: ({ status, code }) => ({ status, headers: { 'x-dialect': 'own' }, body: { own: code } }),
    },
    prefix: '/rest/v1',
    admit: (request) => {
      if (request.headers['x-who'] === 'stranger') return httpErrors.badRequest('stranger')
      request.caller = caller
      return undefined
    },
    allow: (request) => {
      if (request.headers['x-who'] !== 'eager') return
      request.header('retry-after', 3)
      throw httpErrors.tooManyRequests(3)
    },
    dialect: ({ status, code }) => ({ status, body: { gate: code } }),
    bodyLimit: 1000,
    observe,
    ref: 'a-ref',
  })
  server = createServer((request, response) => handle(new NodeCarrier(request, response)))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  address = `http://localhost:${(server.address() as AddressInfo).port}/rest/v1`
  answer = async ({ method, path, query }, body) => ({
    status: 200,
    headers: json,
    body: JSON.stringify({ method, path, query, body: body?.toString() }),
  })
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const saying = (said: Partial<DirectAnswer>): DirectService['answer'] => {
  return async () => ({ status: 200, headers: {}, body: null, ...said })
}

const lines = () => observe.seen.filter(({ event }) => event === 'request.finished')

describe('an answer', () => {
  test.each([
    ['', { path: '/', query: '' }],
    ['?a=1', { path: '/', query: 'a=1' }],
    ['/items?a=%20?b', { path: '/items', query: 'a=%20?b' }],
  ])('to %s sees the address below the prefix', async (path, seen) => {
    expect(await (await fetch(`${address}${path}`)).json()).toEqual({ method: 'GET', ...seen })
  })

  test('carries what every answer carries, and is noticed once', async () => {
    const { headers, status } = await fetch(`${address}/items`, {
      headers: { 'sb-request-id': 'an-id-of-the-edge' },
    })
    expect(status).toBe(200)
    expect(Object.fromEntries(headers)).toMatchObject({
      ...json,
      'sb-request-id': 'an-id-of-the-edge',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringContaining('content-range'),
      'content-length': expect.stringMatching(/^\d+$/),
    })
    expect(lines()).toEqual([
      {
        level: 'info',
        event: 'request.finished',
        ref: 'a-ref',
        fields: {
          requestId: 'an-id-of-the-edge',
          route: 'mirror',
          status: 200,
          micros: expect.any(Number),
          role: 'anon',
          bytes: Number(headers.get('content-length')),
          code: undefined,
        },
      },
    ])
  })

  test('leaves the connection to be used again, unless the server ends it', async () => {
    const ask = async (ends: boolean) => {
      server.prependOnceListener('request', (_request, response: ServerResponse) => {
        if (ends) response.setHeader('connection', 'close')
      })
      const socket = connect(Number(new URL(address).port))
      socket.write('GET /rest/v1/ HTTP/1.1\r\nhost: a\r\n\r\n')
      const [piece] = await once(socket, 'data')
      const head = String(piece)
      if (ends) await once(socket, 'end')
      else {
        socket.write('GET /rest/v1/again HTTP/1.1\r\nhost: a\r\n\r\n')
        expect(String((await once(socket, 'data'))[0])).toContain('/again')
      }
      socket.destroy()
      return /\r\nconnection: (\w+)/i.exec(head)?.[1]
    }
    expect([await ask(false), await ask(true)]).toEqual([undefined, 'close'])
  })

  test('goes before what every answer says', async () => {
    answer = saying({ headers: { 'access-control-allow-origin': 'https://one.example' } })
    const { headers } = await fetch(address)
    expect(headers.get('access-control-allow-origin')).toBe('https://one.example')
  })

  test('may say a header several times, and bytes', async () => {
    answer = saying({ headers: { 'set-cookie': ['a=1', 'b=2'] }, body: Buffer.from([0xff, 0x00]) })
    const told = await fetch(address)
    expect(told.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(new Uint8Array(await told.arrayBuffer())).toEqual(new Uint8Array([0xff, 0x00]))
  })

  test.each([
    ['GET', 204, null],
    ['GET', 304, null],
    ['HEAD', 200, null],
    ['GET', 200, '0'],
  ])('to %s with status %i and no body says the length %s', async (method, status, length) => {
    answer = saying({ status })
    expect((await fetch(address, { method })).headers.get('content-length')).toBe(length)
  })

  test('that cannot be said is a 500, and the connection goes on', async () => {
    answer = saying({ headers: { 'x-bad': 'line\nbreak' } })
    const told = await fetch(address)
    expect([told.status, await told.json()]).toEqual([500, { own: 'internal_error' }])
  })

  test('counts letters as bytes', async () => {
    answer = saying({ headers: json, body: '"ä€😀"' })
    expect(await (await fetch(address)).json()).toBe('ä€😀')
  })
})

describe('who speaks', () => {
  test.each([
    ['the gate', 'stranger', 400, { gate: 'bad_request' }],
    ['the service, when it is too soon', 'eager', 429, { own: 'rate_limited' }],
  ])('%s', async (_name, who, status, body) => {
    const told = await fetch(address, { headers: { 'x-who': who } })
    expect([told.status, await told.json()]).toEqual([status, body])
    expect(told.headers.get('access-control-allow-origin')).toBe('*')
    expect(told.headers.get('retry-after')).toBe(who === 'eager' ? '3' : null)
    expect(lines()).toMatchObject([{ fields: { status, code: Object.values(body)[0] } }])
  })

  test('the service, when it fails', async () => {
    answer = async () => {
      throw new Error('a bug')
    }
    const told = await fetch(address)
    expect([told.status, await told.json()]).toEqual([500, { own: 'internal_error' }])
    expect(observe.seen).toMatchObject([{ level: 'error', event: 'request.failed' }, { level: 'info' }])
  })

  test('nobody but browsers is asked by a preflight', async () => {
    const headers = { 'x-who': 'stranger', 'access-control-request-method': 'POST' }
    const told = await fetch(address, { method: 'OPTIONS', headers })
    expect([told.status, told.headers.get('access-control-max-age')]).toEqual([204, '3600'])
  })
})

describe('a body', () => {
  const post = (body: NonNullable<RequestInit['body']>, more: object = {}) =>
    fetch(address, { method: 'POST', body, ...more })

  test('comes whole, whatever pieces it came in', async () => {
    const stream = new ReadableStream({
      start: (controller) => {
        for (const piece of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(piece))
        controller.close()
      },
    })
    expect(await (await post(stream, { duplex: 'half' })).json()).toMatchObject({ body: 'one two three' })
  })

  test.each(['as one', 'in pieces'])('that is too long is refused %s and read to its end', async (how) => {
    const bytes = new Uint8Array(300_000)
    const body = how === 'as one' ? bytes : new Blob([bytes]).stream()
    const told = await post(body, { duplex: 'half' })
    expect([told.status, await told.json()]).toEqual([413, { own: 'request_too_large' }])
    expect((await post('short')).status).toBe(200)
  })

  test('that breaks off asks nobody', async () => {
    let asked = 0
    answer = async () => {
      asked += 1
      return { status: 200, headers: {}, body: null }
    }
    const taken = once(server, 'request')
    const socket = connect(Number(new URL(address).port))
    socket.write('POST /rest/v1/ HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf')
    const [request, response] = (await taken) as [IncomingMessage, ServerResponse]
    socket.destroy()
    await expect.poll(() => request.destroyed && response.destroyed).toBe(true)
    expect(asked).toBe(0)
  })
})
