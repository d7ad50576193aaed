// Requests whose end two readers could see in different places: refused at the entrance, and nothing of them reaches
// the project. Each is followed by a request that would be the smuggled one.

import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { hostOf, makeAsk } from './client.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let seen: string[] = []

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  edge = await stage.startEdge()
  await stage.serve(join(stage.run, `${refs.one}.sock`), (request, response) => {
    void text(request).then(
      (body) => {
        seen.push(`${request.method} ${request.url} ${body}`)
        response.end('fine')
      },
      () => response.destroy(),
    )
  })
  stage.tell(stage.route(refs.one, 'awake'))
  const ask = makeAsk(edge)
  await vi.waitFor(async () =>
    expect((await ask({ headers: { host: hostOf(refs.one) } })).resume().statusCode).toBe(200),
  )
})
beforeEach(() => {
  seen = []
})
afterAll(async () => {
  await stage.close()
  await checkLeaks()
})

/** Everything that comes back until the connection ends. */
const exchange = (bytes: string): Promise<string> => {
  const socket = connect(edge.httpPort)
  socket.write(bytes, 'latin1')
  return text(socket)
}

const host = `host: ${hostOf(refs.one)}\r\n`
const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n'
const post = (headers: string, body: string) =>
  `POST /a HTTP/1.1\r\n${host}${headers}\r\n${body}GET /last HTTP/1.1\r\n${host}connection: close\r\n\r\n`

describe('is refused', () => {
  it.each([
    [
      'a length beside chunks',
      post('content-length: 4\r\ntransfer-encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    ],
    [
      'chunks beside a length',
      post('transfer-encoding: chunked\r\ncontent-length: 4\r\n', `0\r\n\r\n${smuggled}`),
    ],
    ['two lengths', post(`content-length: 0\r\ncontent-length: ${smuggled.length}\r\n`, smuggled)],
    ['a list of lengths', post(`content-length: 0, ${smuggled.length}\r\n`, smuggled)],
    ['a length with a sign', post('content-length: +0\r\n', smuggled)],
    ['a length in hexadecimal', post('content-length: 0x0\r\n', smuggled)],
    ['a space before the colon of a length', post('content-length : 0\r\n', smuggled)],
    [
      'another coding behind chunks',
      post('transfer-encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled}`),
    ],
    ['an unknown coding', post('transfer-encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`)],
    ['a header folded over two lines', post(`x: y\r\n content-length: ${smuggled.length}\r\n`, smuggled)],
    ['a bare line feed in the head', post(`x: y\ncontent-length: ${smuggled.length}\r\n`, smuggled)],
    ['a bare carriage return in the head', post(`x: y\rcontent-length: ${smuggled.length}\r\n`, smuggled)],
    ['NUL in a value', post('x: y\0z\r\n', smuggled)],
    ['NUL in a name', post('x\0: y\r\n', smuggled)],
    ['a chunk size that is no number', post('transfer-encoding: chunked\r\n', `zz\r\n\r\n${smuggled}`)],
    ['a negative chunk size', post('transfer-encoding: chunked\r\n', `-1\r\n\r\n${smuggled}`)],
    [
      'a chunk longer than it says',
      post('transfer-encoding: chunked\r\n', `1\r\nab\r\n0\r\n\r\n${smuggled}`),
    ],
    [
      'a chunk size ending in a bare line feed',
      post('transfer-encoding: chunked\r\n', `1\na\r\n0\r\n\r\n${smuggled}`),
    ],
    [
      'a chunk size beyond all numbers',
      post('transfer-encoding: chunked\r\n', `fffffffffffffffff\r\na\r\n0\r\n\r\n`),
    ],
    ['no host', 'GET /a HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    const answers = await exchange(bytes)
    expect(answers).toMatch(/^HTTP\/1\.1 400 /)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1)
    expect(seen).toEqual([])
  })
})

describe('arrives as it was meant', () => {
  it.each([
    ['a request as the body of another', post(`content-length: ${smuggled.length}\r\n`, smuggled)],
    [
      'a request in a chunk of another',
      post('transfer-encoding: chunked\r\n', `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`),
    ],
  ])('%s', async (_name, bytes) => {
    const answers = await exchange(bytes)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200'])
    expect(seen.toSorted()).toEqual(['GET /last ', `POST /a ${smuggled}`])
  })

  it('a request with a body where others have none', async () => {
    const bytes = `GET /a HTTP/1.1\r\n${host}content-length: ${smuggled.length}\r\n\r\n${smuggled}GET /last HTTP/1.1\r\n${host}connection: close\r\n\r\n`
    await exchange(bytes)
    expect(seen.toSorted()).toEqual([`GET /a ${smuggled}`, 'GET /last '])
  })
})
