import { Agent, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { type Ask, echo, hostOf, makeAsk, readJson } from './client.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let ask: Ask
let stacks: Record<'one' | 'two', Server>

const socketOf = (ref: string) => join(stage.run, `${ref}.sock`)

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  stacks = {
    one: await stage.serve(socketOf(refs.one), echo('one')),
    two: await stage.serve(socketOf(refs.two), echo('two')),
  }
  edge = await stage.startEdge()
  ask = makeAsk(edge)
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
    const { name, method, url, headers } = await readJson(answer)
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

  it('does not become two when it calls the length of its body a matter of the connection', async () => {
    const body = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n'
    const headers = {
      host: hostOf(refs.one),
      connection: 'keep-alive, content-length',
      'content-length': body.length,
    }
    const answer = await readJson(await ask({ path: '/whole', headers }, body))
    expect(answer).toMatchObject({ url: '/whole', body })
  })

  it('is routed by its own host on a kept-alive connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const names: string[] = []
    for (const ref of [refs.one, refs.two, refs.one])
      names.push((await readJson(await ask({ agent, headers: { host: hostOf(ref) } }))).name)
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
    expect((await readJson(answer)).body).toBe(body)
  })

  it('answers HEAD without a body and keeps the connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const head = await ask({ agent, method: 'HEAD', headers: { host: hostOf(refs.one) } })
    expect(await text(head)).toBe('')
    expect((await readJson(await ask({ agent, headers: { host: hostOf(refs.one) } }))).name).toBe('one')
    agent.destroy()
  })

  it('is refused in plain words when no project answers there', async () => {
    const answer = await ask({ headers: { host: `${'z'.repeat(20)}.plinth.test` } })
    expect(answer.statusCode).toBe(404)
    expect(await readJson(answer)).toMatchObject({
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
    expect(await readJson(away)).toMatchObject({ code: 'control_plane_unavailable' })
    await stage.serve(join(stage.run, 'control.sock'), echo('control'))
    const there = await ask({ path: '/health', headers: { host: 'plinth.test' } })
    expect(await readJson(there)).toMatchObject({ name: 'control', url: '/health' })
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
