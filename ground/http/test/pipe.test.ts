// One request through to a process behind that says exactly what the test wants, byte by byte.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import {
  Agent,
  createServer as createHttpServer,
  type IncomingMessage,
  request as open,
  type Server,
} from 'node:http'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeUpstreams, pipe, type Upstreams } from '../src/index.ts'

type Behind = {
  readonly socket: Socket
  /** All it has been sent so far. */
  readonly heard: () => string
}

let folder = ''
let upstreams: Upstreams
let front: Server
let behind: NetServer
let connections: Behind[]
let onRequest: (one: Behind, piece: string) => void
let outcomes: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-'))
  const socketPath = join(folder, 'behind.sock')
  upstreams = makeUpstreams()
  connections = []
  outcomes = []
  behind = createServer((socket) => {
    let all = ''
    const one = { socket, heard: () => all }
    connections.push(one)
    socket.on('error', () => undefined)
    socket.setEncoding('latin1').on('data', (piece: unknown) => {
      all += String(piece)
      onRequest(one, String(piece))
    })
  })
  behind.listen(socketPath)
  front = createHttpServer((request, response) => {
    const isHot = request.url?.startsWith('/hot') === true
    void pipe(request, response, { socketPath, upstreams, headers: ['host', 'own'], isHot }).then(
      (outcome) => {
        outcomes.push(outcome)
        if (outcome !== 'answered') response.writeHead(502).end(outcome)
      },
    )
  })
  front.listen(0)
  await Promise.all([once(behind, 'listening'), once(front, 'listening')])
})
afterEach(async () => {
  upstreams.close()
  front.closeAllConnections()
  for (const { socket } of connections) socket.destroy()
  await Promise.all([
    new Promise((resolve) => front.close(resolve)),
    new Promise((resolve) => behind.close(resolve)),
  ])
  rmSync(folder, { recursive: true })
})

const port = (): number => {
  const address = front.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

type Asking = {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly agent?: Agent
}

const begin = (asking: Asking = {}) => open({ port: port(), agent: false, ...asking })

const ask = async (asking: Asking = {}, body?: string): Promise<{ status: number; body: string }> => {
  const request = begin(asking)
  request.end(body)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, body: await text(answer) }
}

const ok = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

describe('what goes out', () => {
  test('has one framing, its own host, and nothing of the client connection', async () => {
    onRequest = ({ socket }) => void socket.write(ok('x'))
    await ask({
      path: '/a?b=c',
      headers: { 'x-odd': 'kept', te: 'trailers', connection: 'close, x-gone', 'x-gone': '1' },
    })
    expect(connections[0]?.heard()).toBe('GET /a?b=c HTTP/1.1\r\nhost: own\r\nx-odd: kept\r\n\r\n')
  })

  test.each([
    ['a length', { 'content-length': '4' }, 'content-length: 4\r\n\r\nbody'],
    [
      'pieces',
      { 'transfer-encoding': 'chunked' },
      'transfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    ],
  ])('keeps %s', async (_name, headers, sent) => {
    onRequest = ({ socket, heard }) => {
      if (heard().endsWith(sent.slice(-6))) socket.write(ok('x'))
    }
    await ask({ method: 'POST', headers }, 'body')
    expect(connections[0]?.heard()).toBe(`POST / HTTP/1.1\r\nhost: own\r\n${sent}`)
  })
})

describe('a connection behind', () => {
  test('is used again', async () => {
    onRequest = ({ socket }) => void socket.write(ok('fine'))
    for (let round = 0; round < 3; round++) expect(await ask()).toEqual({ status: 200, body: 'fine' })
    expect(connections).toHaveLength(1)
  })

  test.each([
    ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx'],
    ['says more than was asked', `${ok('x')}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
  ])('is not used again when it %s', async (_name, answer) => {
    onRequest = ({ socket }) => void socket.write(answer)
    for (let round = 0; round < 2; round++) expect(await ask()).toEqual({ status: 200, body: 'x' })
    expect(connections).toHaveLength(2)
  })

  test('carries requests of the hot line only, or none of them; a body in chunks is none', async () => {
    onRequest = ({ socket }, piece) => void (piece.startsWith('0') || socket.write(ok('x')))
    for (const path of ['/hot/1', '/2', '/hot/3', '/4']) await ask({ path })
    await ask({ path: '/hot', method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
    const paths = connections.map((one) => one.heard().match(/\/\S*(?= HTTP)/g))
    expect(paths).toEqual([
      ['/hot/1', '/hot/3'],
      ['/2', '/4', '/hot'],
    ])
  })

  test('is not used again when something comes between two requests', async () => {
    onRequest = ({ socket }) => void socket.write(ok('x'))
    await ask()
    connections[0]?.socket.write(ok('evil'))
    await expect.poll(() => connections[0]?.socket.destroyed).toBe(true)
    expect(await ask()).toEqual({ status: 200, body: 'x' })
  })

  test('that was closed behind our back costs GET nothing, and POST is not sent twice', async () => {
    onRequest = ({ socket, heard }) => {
      if (heard().split(' HTTP/1.1').length > 2) socket.destroy()
      else socket.write(ok('fine'))
    }
    await ask()
    expect(await ask()).toEqual({ status: 200, body: 'fine' })
    expect(await ask({ method: 'POST' }, 'x')).toEqual({ status: 502, body: 'broken' })
    expect(
      connections
        .map(({ heard }) => heard())
        .join('')
        .split('POST'),
    ).toHaveLength(2)
  })

  test('that ends in the middle of a head is broken', async () => {
    onRequest = ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-le')
    expect(await ask()).toEqual({ status: 502, body: 'broken' })
  })

  test('to nobody was not reached', async () => {
    behind.close()
    rmSync(join(folder, 'behind.sock'), { force: true })
    expect(await ask()).toEqual({ status: 502, body: 'unreached' })
  })
})

describe('what comes back', () => {
  test.each([
    ['of bytes that are no text', 'ä\x00\xff'],
    ['longer than a read', 'x'.repeat(300_000)],
    ['of nothing', ''],
  ])('a body %s is the same', async (_name, body) => {
    onRequest = ({ socket }) => void socket.write(ok(body), 'latin1')
    const request = begin()
    request.end()
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    answer.setEncoding('latin1')
    expect((await answer.toArray()).join('')).toBe(body)
  })

  test('pieces are passed on as they come, the head first', async () => {
    let socket: Socket | undefined
    onRequest = (one) => {
      socket = one.socket
      socket.write(
        'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      )
    }
    const request = begin()
    request.end()
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    for (const word of ['one', 'two']) {
      socket?.write(`3\r\n${word}\r\n`)
      expect(String((await once(answer, 'data'))[0])).toBe(word)
    }
    socket?.write('0\r\nx: trailer\r\n\r\n')
    await once(answer, 'end')
    expect(connections).toHaveLength(1)
  })

  test('an answer without a length ends with its connection', async () => {
    onRequest = ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')
    expect(await ask()).toEqual({ status: 200, body: 'all of it' })
  })

  test.each([
    ['with a length', 'content-length: 100\r\n\r\nhalf'],
    ['in pieces', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['with a wrong piece', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n'],
  ])('an answer %s that breaks off is not taken for the whole', async (_name, rest) => {
    onRequest = ({ socket }) => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`)
    await expect(ask()).rejects.toThrow('aborted')
  })

  test('an answer that is not HTTP is broken', async () => {
    onRequest = ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n')
    expect(await ask()).toEqual({ status: 502, body: 'broken' })
  })

  test('a slow client of one request does not slow the next one down', async () => {
    const large = 'x'.repeat(8_000_000)
    onRequest = ({ socket }, piece) => void socket.write(ok(piece.startsWith('GET /large') ? large : 'small'))
    const slow = begin({ path: '/large' })
    slow.end()
    const [answer] = (await once(slow, 'response')) as [IncomingMessage]
    answer.pause()
    expect(await ask()).toEqual({ status: 200, body: 'small' })
    expect((await text(answer)).length).toBe(large.length)
    for (let round = 0; round < 3; round++) expect((await ask()).body).toBe('small')
  })
})

describe('who leaves', () => {
  test('before the answer: the process behind is told', async () => {
    let isGone = false
    onRequest = ({ socket }) => {
      socket.once('close', () => {
        isGone = true
      })
      request.destroy()
    }
    const request = begin()
    request.on('error', () => undefined)
    request.end()
    await expect.poll(() => isGone).toBe(true)
  })

  test('during an upload that was answered already: the process behind is told', async () => {
    let isGone = false
    onRequest = ({ socket, heard }) => {
      socket.once('close', () => {
        isGone = true
      })
      if (heard().endsWith('begin')) socket.write(ok('enough'))
    }
    const agent = new Agent({ keepAlive: true })
    const request = begin({ method: 'POST', headers: { 'content-length': '1000' }, agent })
    request.on('error', () => undefined)
    request.write('begin')
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    expect(await text(answer)).toBe('enough')
    request.destroy()
    await expect.poll(() => isGone).toBe(true)
  })

  test('nobody: an upload that was answered early is still read to its end, and its connection used again', async () => {
    onRequest = ({ socket, heard }, piece) => {
      if (piece.endsWith('begin') || heard().endsWith('second')) socket.write(ok('enough'))
    }
    const agent = new Agent({ keepAlive: true })
    const request = begin({ method: 'POST', headers: { 'content-length': '8' }, agent })
    request.write('begin')
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    expect(await text(answer)).toBe('enough')
    request.end('end')
    await expect.poll(() => connections[0]?.heard().endsWith('beginend')).toBe(true)
    expect(await ask({ method: 'POST' }, 'second')).toEqual({ status: 200, body: 'enough' })
    expect(connections).toHaveLength(1)
    agent.destroy()
  })
})
