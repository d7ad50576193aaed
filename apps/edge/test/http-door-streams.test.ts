// Bodies of all sizes and ends through the HTTP entrance: backpressure, aborts, connections that were just closed.

import { randomBytes } from 'node:crypto'
import { request as open } from 'node:http'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { type Ask, hostOf, makeAsk } from './client.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let ask: Ask

const socketOf = (ref: string) => join(stage.run, `${ref}.sock`)

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  edge = await stage.startEdge()
  ask = makeAsk(edge)
  stage.tell(stage.route(refs.asleep, 'asleep'))
  for (const event of ['request.refused', 'loopback_port.busy']) stage.observer.expect(event)
})
afterEach(() => stage.observer.check())
afterAll(async () => {
  await stage.close()
  await checkLeaks()
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
    const [arrived, aborted] = [vi.fn(), vi.fn()]
    await stage.serve(socketOf(ref), (request, response) => {
      if (request.method === 'GET') return void response.end('here')
      arrived()
      request.resume().once('error', aborted)
    })
    stage.tell(stage.route(ref, 'awake'))
    await vi.waitFor(async () =>
      expect(await text(await ask({ headers: { host: hostOf(ref) } }))).toBe('here'),
    )
    const upload = open({
      port: edge.httpPort,
      method: 'PUT',
      headers: { host: hostOf(ref), 'content-length': 1000 },
    })
    upload.on('error', () => undefined)
    upload.write('some')
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled())
    upload.destroy()
    await vi.waitFor(() => expect(aborted).toHaveBeenCalled())
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
