import { join } from 'node:path'
import { leakCheck } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { type Ask, echo, hostOf, makeAsk, readJson } from './client.ts'
import { refs, type Stage, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let ask: Ask

const socketOf = (ref: string) => join(stage.run, `${ref}.sock`)

beforeEach(() => {
  stage.wakes.length = 0
})
beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  edge = await stage.startEdge()
  ask = makeAsk(edge)
  stage.tell(stage.route(refs.asleep, 'asleep'))
  for (const event of ['request.refused', 'loopback_port.busy']) stage.observer.expect(event)
  await vi.waitFor(async () =>
    expect((await ask({ headers: { host: hostOf(refs.asleep) } })).statusCode).not.toBe(404),
  )
})
afterEach(() => stage.observer.check())
afterAll(async () => {
  await stage.close()
  await checkLeaks()
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
    const bodies = (await Promise.all((await Promise.all(asked)).map(readJson))).map(({ body }) => body)
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
      expect([answer.statusCode, await readJson(answer)]).toMatchObject([503, { code: 'branch_paused' }])
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
      expect(await readJson(answer)).toMatchObject({ name: 'back', body: 'kept' })
    })
  })
})
