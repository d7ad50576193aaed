import { once } from 'node:events'
import { connect } from 'node:net'
import { leakCheck } from '@plinth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeActivity } from '../src/activity.ts'
import type { Edge } from '../src/edge.ts'
import { type Ask, hostOf, makeAsk, readJson } from './client.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let ask: Ask

const socketOf = (ref: string) => `${stage.run}/${ref}.sock`

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  // What is posted is never answered.
  const stack = await stage.serve(socketOf(refs.one), ({ method }, response) => {
    if (method === 'GET') response.end('{}')
  })
  stack.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined)
    socket.resume().on('end', () => socket.end())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  edge = await stage.startEdge()
  ask = makeAsk(edge)
  stage.tell(stage.route(refs.one, 'awake'))
  await vi.waitFor(async () =>
    expect((await ask({ headers: { host: hostOf(refs.one) } })).statusCode).toBe(200),
  )
})
beforeEach(() => void stage.active.splice(0))
afterAll(async () => {
  await stage.close()
  await checkLeaks()
})

/** Lets the branch doze, so that the edge says at once what it knows. */
const doze = () => stage.tell(stage.route(refs.one, 'dozing'))

/** Resolves when the edge has heard that the branch dozes: it asks before it sends anything. */
const dozeSeen = async () => {
  stage.wakes.length = 0
  await vi.waitFor(async () => {
    const answer = await ask({ headers: { host: hostOf(refs.one) } })
    await readJson(answer)
    expect(stage.wakes).toContain(refs.one)
  })
}

describe('what the supervisor hears of traffic', () => {
  it('is told of a WebSocket again and again while it is open, though nobody says a word in it', async () => {
    const socket = connect(edge.httpPort, '127.0.0.1')
    socket.write(
      `GET /socket HTTP/1.1\r\nhost: ${hostOf(refs.one)}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`,
    )
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 101 /)
    for (let report = 0; report < 2; report += 1) {
      stage.active.length = 0
      await vi.waitFor(() => expect(stage.active).toContain(refs.one))
    }
    stage.active.length = 0
    doze()
    await vi.waitFor(() => expect(stage.active).toContain(refs.one))
    socket.destroy()
    stage.tell(stage.route(refs.one, 'awake'))
  })

  it('is told of a request', async () => {
    await readJson(await ask({ headers: { host: hostOf(refs.one) } }))
    await vi.waitFor(() => expect(stage.active).toContain(refs.one))
  })

  it('is told at once when a branch with something open dozes, and a request for it asks first', async () => {
    const socket = connect(edge.httpPort, '127.0.0.1')
    await once(socket, 'connect')
    // A request that never ends.
    socket.write(`POST / HTTP/1.1\r\nhost: ${hostOf(refs.one)}\r\ncontent-length: 10\r\n\r\nabc`)
    await vi.waitFor(() => expect(stage.active).toContain(refs.one))
    stage.active.length = 0
    doze()
    await vi.waitFor(() => expect(stage.active).toContain(refs.one))
    await dozeSeen()
    stage.tell(stage.route(refs.one, 'awake'))
    socket.destroy()
  })

  it('is told nothing of a branch that nobody uses', async () => {
    const told: unknown[] = []
    const supervisor = {
      request: async (...call: unknown[]) => {
        told.push(call)
        return { status: 204, body: '' }
      },
    }
    const activity = makeActivity({ supervisor, everyMs: 5 })
    const route = stage.route(refs.two, 'dozing')
    activity.see([route])
    expect(told).toEqual([])
    const end = activity.begin(refs.two)
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(2))
    end()
    activity.see([route])
    told.length = 0
    activity.see([route])
    expect(told).toEqual([])
    activity.close()
  })
})
