// The HTTP entrance as its clients meet it: real sockets on both sides.

import { randomBytes } from 'node:crypto'
import { Agent, type IncomingMessage, request as open, type RequestOptions, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let stacks: Record<'one' | 'two', Server>

/** Tells who it is and what it was asked. */
const echo = (name: string) => (request: IncomingMessage, response: import('node:http').ServerResponse) => {
  void text(request).then((body) => {
    response.setHeader('x-answer', 'yes')
    response.end(
      JSON.stringify({ name, method: request.method, url: request.url, headers: request.headers, body }),
    )
  })
}

const socketOf = (ref: string) => join(stage.run, `${ref}.sock`)
const hostOf = (ref: string) => `${ref}.plinth.test`

const ask = (options: RequestOptions, body?: string | Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = open({ port: edge.httpPort, agent: false, ...options }, resolve)
    request.once('error', reject)
    request.end(body)
  })

const read = async (answer: IncomingMessage) => JSON.parse(await text(answer))

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  stacks = {
    one: await stage.serve(socketOf(refs.one), echo('one')),
    two: await stage.serve(socketOf(refs.two), echo('two')),
  }
  edge = await stage.startEdge()
  stage.tell(stage.route(refs.one, 'awake'))
  stage.tell(stage.route(refs.two, 'awake'))
  stage.tell(stage.route(refs.asleep, 'asleep'))
  await vi.waitFor(async () =>
    expect((await ask({ headers: { host: hostOf(refs.asleep) } })).statusCode).not.toBe(404),
  )
})
beforeEach(() => {
  stage.wakes.length = 0
  for (const event of ['request.refused', 'loopback_port.busy', 'routes.connection_lost'])
    stage.observer.expect(event)
})
afterEach(() => stage.observer.check())
afterAll(async () => {
  await stage.close()
  await checkLeaks()
})

describe('a request', () => {
  it('reaches its project with the headers we vouch for', async () => {
    const answer = await ask({
      path: '/rest/v1/todos?select=*',
      headers: {
        host: `${hostOf(refs.one)}:8000`,
        'x-forwarded-for': '6.6.6.6',
        'sb-request-id': 'forged-forged-forged',
        'x-odd': 'kept',
        connection: 'close, x-dropped',
        'x-dropped': 'yes',
      },
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['x-answer']).toBe('yes')
    const { name, method, url, headers } = await read(answer)
    expect({ name, method, url }).toEqual({ name: 'one', method: 'GET', url: '/rest/v1/todos?select=*' })
    expect(headers).toMatchObject({
      host: `${hostOf(refs.one)}:8000`,
      'x-forwarded-for': expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$|^::1$/),
      'x-forwarded-host': `${hostOf(refs.one)}:8000`,
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(edge.httpPort),
      'x-odd': 'kept',
      'sb-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(headers).not.toHaveProperty('x-dropped')
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it('is routed by its own host on a kept-alive connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const names: string[] = []
    for (const ref of [refs.one, refs.two, refs.one])
      names.push((await read(await ask({ agent, headers: { host: hostOf(ref) } }))).name)
    agent.destroy()
    expect(names).toEqual(['one', 'two', 'one'])
  })

  const bodies = [
    { name: 'with a length', headers: {}, body: 'x'.repeat(100_000) },
    { name: 'in pieces', headers: { 'transfer-encoding': 'chunked' }, body: 'ü'.repeat(50_000) },
    { name: 'empty', headers: {}, body: '' },
  ]
  it.each(bodies)('carries a body $name', async ({ headers, body }) => {
    const answer = await ask({ method: 'POST', headers: { host: hostOf(refs.one), ...headers } }, body)
    expect((await read(answer)).body).toBe(body)
  })

  it('answers HEAD without a body and keeps the connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const head = await ask({ agent, method: 'HEAD', headers: { host: hostOf(refs.one) } })
    expect(await text(head)).toBe('')
    expect((await read(await ask({ agent, headers: { host: hostOf(refs.one) } }))).name).toBe('one')
    agent.destroy()
  })

  it('is refused in plain words when no project answers there', async () => {
    const answer = await ask({ headers: { host: `${'z'.repeat(20)}.plinth.test` } })
    expect(answer.statusCode).toBe(404)
    expect(await read(answer)).toMatchObject({
      message: `No project answers at ${'z'.repeat(20)}.plinth.test.`,
    })
  })

  it('with too large a head is answered 431, with a path of another host 400', async () => {
    expect(
      (await ask({ headers: { host: hostOf(refs.one), 'x-large': 'x'.repeat(70_000) } })).statusCode,
    ).toBe(431)
    expect((await ask({ path: 'http://evil.test/', headers: { host: hostOf(refs.one) } })).statusCode).toBe(
      400,
    )
  })

  it('for the platform goes to the control plane, and 503 says that it is away', async () => {
    const away = await ask({ path: '/health', headers: { host: 'localhost' } })
    expect(away.statusCode).toBe(503)
    expect(await read(away)).toMatchObject({ code: 'control_plane_unavailable' })
    await stage.serve(join(stage.run, 'control.sock'), echo('control'))
    const there = await ask({ path: '/health', headers: { host: 'plinth.test' } })
    expect(await read(there)).toMatchObject({ name: 'control', url: '/health' })
  })
})

describe('streams', () => {
  it('pass large bodies unharmed in both directions', async () => {
    const large = randomBytes(8 * 1024 * 1024)
    const ref = 'd'.repeat(20)
    await stage.serve(socketOf(ref), (request, response) => void request.pipe(response))
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(async () => {
      const answer = await ask({ method: 'POST', headers: { host: hostOf(ref) } }, large)
      expect(answer.statusCode).toBe(200)
      expect((await buffer(answer)).equals(large)).toBe(true)
    })
  })

  it('are not read faster than the client takes them', async () => {
    const ref = 'e'.repeat(20)
    let sent = 0
    await stage.serve(socketOf(ref), (_request, response) => {
      const write = () => {
        while (sent < 200_000_000) {
          sent += 1_000_000
          if (!response.write(Buffer.alloc(1_000_000))) return void response.once('drain', write)
        }
      }
      write()
    })
    stage.tell(stage.route(ref, 'awake'))
    const answer = await vi.waitFor(async () => {
      const found = await ask({ headers: { host: hostOf(ref) } })
      expect(found.statusCode).toBe(200)
      return found
    })
    answer.pause()
    let before = -1
    await vi.waitFor(
      () => {
        const steady = before === sent
        before = sent
        expect(steady).toBe(true)
      },
      { interval: 100 },
    )
    expect(sent).toBeLessThan(50_000_000)
    answer.destroy()
  })

  it('end at the project when the client leaves, and at the client when the project breaks off', async () => {
    const ref = 'f'.repeat(20)
    const left = vi.fn()
    await stage.serve(socketOf(ref), (request, response) => {
      response.on('close', () => !response.writableFinished && left())
      response.write('first')
      if (request.url === '/break') setImmediate(() => response.destroy())
    })
    stage.tell(stage.route(ref, 'awake'))
    const first = await vi.waitFor(async () => {
      const found = await ask({ headers: { host: hostOf(ref) } })
      expect(found.statusCode).toBe(200)
      return found
    })
    first.once('data', () => first.destroy())
    await vi.waitFor(() => expect(left).toHaveBeenCalled())
    const broken = await ask({ path: '/break', headers: { host: hostOf(ref) } })
    await expect(text(broken)).rejects.toThrow('aborted')
  })

  it('end at the project when the client leaves during its upload', async () => {
    const ref = 'g'.repeat(20)
    const aborted = vi.fn()
    await stage.serve(socketOf(ref), (request) => void request.resume().once('error', aborted))
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(() => expect(stage.observer).toBeDefined())
    await vi.waitFor(async () => {
      const upload = open({
        port: edge.httpPort,
        method: 'PUT',
        headers: { host: hostOf(ref), 'content-length': 1000 },
      })
      upload.on('error', () => undefined)
      upload.write('some', () => setTimeout(() => upload.destroy(), 20))
      await vi.waitFor(() => expect(aborted).toHaveBeenCalled(), { timeout: 300 })
    })
  })

  it('an answer that comes before the upload has ended still arrives', async () => {
    const ref = 'h'.repeat(20)
    await stage.serve(socketOf(ref), (request, response) => {
      request.once('data', () => {
        request.pause()
        // By now more is on its way than the socket between us holds.
        setTimeout(() => {
          response.writeHead(413, { connection: 'close' })
          response.end('too large')
        }, 20)
      })
    })
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(async () => {
      const answer = await ask({ method: 'POST', headers: { host: hostOf(ref) } }, Buffer.alloc(3_000_000))
      expect([answer.statusCode, await text(answer)]).toEqual([413, 'too large'])
    })
  })
})

describe('kept-alive connections to a project', () => {
  it('that were just closed cost a repeatable request nothing', async () => {
    const ref = 'i'.repeat(20)
    const seen: string[] = []
    const server = await stage.serve(socketOf(ref), (request, response) => {
      seen.push(`${request.method}`)
      // The second request on a connection is the one that finds it closed.
      const isSecond = Reflect.get(request.socket, 'wasUsed') === true
      Reflect.set(request.socket, 'wasUsed', true)
      if (isSecond) request.socket.destroy()
      else response.end('fine')
    })
    server.keepAliveTimeout = 60_000
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(async () => expect((await ask({ headers: { host: hostOf(ref) } })).statusCode).toBe(200))
    const again = await ask({ headers: { host: hostOf(ref) } })
    expect([again.statusCode, await text(again)]).toEqual([200, 'fine'])
    const post = await ask({ method: 'POST', headers: { host: hostOf(ref) } }, 'x')
    expect(post.statusCode).toBe(502)
    expect(seen.filter((method) => method === 'POST')).toHaveLength(1)
  })
})

describe('waking', () => {
  it('is asked for once by many requests, which then are answered', async () => {
    let serve: () => void = () => undefined
    const started = new Promise<void>((resolve) => {
      serve = resolve
    })
    stage.onWake = async (ref) => {
      await started
      await stage.serve(socketOf(ref), echo('woken'))
      return { status: 200, body: { ref, httpSocket: socketOf(ref), postgresSocketDir: stage.run } }
    }
    const asked = Array.from({ length: 5 }, (_, index) =>
      ask({ method: 'POST', headers: { host: hostOf(refs.asleep) } }, String(index)),
    )
    await vi.waitFor(() => expect(stage.wakes.length).toBeGreaterThan(0))
    serve()
    const bodies = (await Promise.all((await Promise.all(asked)).map(read))).map(({ body }) => body)
    expect(bodies).toEqual(['0', '1', '2', '3', '4'])
    expect(stage.wakes).toEqual([refs.asleep])
  })

  it('that fails is told in the words of the supervisor', async () => {
    const ref = 'j'.repeat(20)
    stage.onWake = async () => ({
      status: 409,
      body: { code: 'branch_paused', message: 'Branch is paused.' },
    })
    stage.tell(stage.route(ref, 'paused'))
    await vi.waitFor(async () => {
      const answer = await ask({ headers: { host: hostOf(ref) } })
      expect([answer.statusCode, await read(answer)]).toMatchObject([503, { code: 'branch_paused' }])
    })
  })

  it('is tried when a project that should be awake is not there', async () => {
    const ref = 'k'.repeat(20)
    stage.onWake = async () => {
      await stage.serve(socketOf(ref), echo('back'))
      return { status: 200, body: { ref, httpSocket: socketOf(ref), postgresSocketDir: stage.run } }
    }
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(async () => {
      const answer = await ask({ method: 'POST', headers: { host: hostOf(ref) } }, 'kept')
      expect(await read(answer)).toMatchObject({ name: 'back', body: 'kept' })
    })
  })
})

describe('a WebSocket', () => {
  const hello = (host: string) =>
    [
      'GET /realtime/v1/websocket HTTP/1.1',
      `Host: ${host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ].join('\r\n')

  it('is passed on in both directions, its first bytes included', async () => {
    stacks.one.on('upgrade', (_request, socket, head) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Own: 1\r\n\r\n',
      )
      socket.write(`<${head}>`)
      socket.on('data', (piece: Buffer) => socket.write(`<${piece}>`))
      socket.on('end', () => socket.end())
    })
    const socket = connect(edge.httpPort)
    socket.write(`${hello(hostOf(refs.one))}first`)
    let got = ''
    socket.setEncoding('utf8').on('data', (piece) => {
      got += piece
    })
    await vi.waitFor(() => expect(got).toContain('first'))
    socket.write('second')
    await vi.waitFor(() => expect(got).toContain('<second>'))
    expect(got).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
    expect(got.toLowerCase()).toContain('x-own: 1')
    socket.destroy()
  })

  it.each([
    { name: 'that the project refuses', host: hostOf(refs.two), status: 200 },
    { name: 'to nobody', host: 'nobody.plinth.test', status: 404 },
  ])('$name gets an answer and its connection is closed', async ({ host, status }) => {
    const socket = connect(edge.httpPort)
    socket.write(hello(host))
    const got = await text(socket)
    expect(got).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(got.toLowerCase()).toContain('connection: close')
  })
})
