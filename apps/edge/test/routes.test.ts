import { readFile } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage

const status = (edge: Edge, ref: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get({ port: edge.httpPort, agent: false, headers: { host: `${ref}.plinth.test` } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    }).once('error', reject)
  })

beforeEach(async () => {
  stage = await setStage()
  for (const event of ['request.refused', 'loopback_port.busy', 'routes.connection_lost'])
    stage.observer.expect(event)
  await stage.serve(join(stage.run, `${refs.one}.sock`), (_request, response) => void response.end('one'))
})
afterEach(async () => {
  await stage.close()
  stage.observer.check()
  await checkLeaks()
})

describe('routes', () => {
  it('come and go with the supervisor’s word, and survive its absence', async () => {
    await stage.startSupervisor()
    stage.tell(stage.route(refs.one, 'awake'))
    const edge = await stage.startEdge()
    await vi.waitFor(async () => expect(await status(edge, refs.one)).toBe(200))
    await stage.stopSupervisor()
    expect(await status(edge, refs.one)).toBe(200)
    // What was removed while nobody listened is gone after the next connection.
    stage.tell(stage.route(refs.one, 'gone'))
    await stage.startSupervisor()
    await vi.waitFor(async () => expect(await status(edge, refs.one)).toBe(404))
  })

  it('are known from the disk before the supervisor is there', async () => {
    await stage.startSupervisor()
    stage.tell(stage.route(refs.one, 'awake'))
    const first = await stage.startEdge()
    await vi.waitFor(async () => expect(await status(first, refs.one)).toBe(200))
    await first.stop()
    await stage.stopSupervisor()
    expect(await readFile(join(stage.run, 'edge/routes.json'), 'utf8')).toContain(refs.one)
    expect(await status(await stage.startEdge(), refs.one)).toBe(200)
  })
})

describe('a project’s own port', () => {
  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    // Listening on a TCP port, the address is an object.
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }
  const read = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      get(
        { port, host: '127.0.0.1', agent: false },
        (answer) => void text(answer).then(resolve, reject),
      ).once('error', reject)
    })

  it('opens and closes with its route, whatever host is asked for', async () => {
    await stage.startSupervisor()
    await stage.startEdge()
    const port = await freePort()
    stage.tell(stage.route(refs.one, 'awake', { loopbackPort: port }))
    await vi.waitFor(async () => expect(await read(port)).toBe('one'))
    stage.tell(stage.route(refs.one, 'gone', { loopbackPort: port }))
    await vi.waitFor(() => expect(read(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' }))
  })

  it('that is busy is observed and tried again', async () => {
    await stage.startSupervisor()
    await stage.startEdge()
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    stage.tell(stage.route(refs.one, 'awake', { loopbackPort: port }))
    const busy = expect.objectContaining({ event: 'loopback_port.busy', ref: refs.one })
    await vi.waitFor(() => expect(stage.observer.seen).toContainEqual(busy))
    await new Promise((resolve) => other.close(resolve))
    await vi.waitFor(async () => expect(await read(port)).toBe('one'))
  })
})
