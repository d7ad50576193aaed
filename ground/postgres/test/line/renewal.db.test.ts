import { setTimeout as delay } from 'node:timers/promises'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LineOptions, openLine, sql } from '../../src/index.ts'
import { rows } from './ask-line.ts'

const forever = 60_000
const pid = sql`select pg_backend_pid()`
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
})
afterAll(() => database.drop())

const withLine = async (
  renewal: LineOptions['renewal'],
  use: (line: ReturnType<typeof openLine>, told: readonly string[]) => Promise<void>,
) => {
  const told: string[] = []
  const line = openLine({
    ...database.as('supabase_admin'),
    size: 1,
    ...(renewal && { renewal }),
    observe: ({ event }) => told.push(event),
  })
  try {
    await use(line, told)
  } finally {
    await line.close()
  }
}

it('closes a connection that nobody uses, and opens another one when somebody comes', () =>
  withLine({ idleMs: 100, lifeMs: forever }, async (line, told) => {
    const first = await rows(line, pid)
    await expect.poll(() => line.counts().open).toBe(0)
    expect(await rows(line, pid)).not.toEqual(first)
    expect(told).toEqual([])
  }))

it('replaces an old connection, but not under a request', () =>
  withLine({ idleMs: forever, lifeMs: 100 }, async (line) => {
    const lock = sql`select pg_advisory_xact_lock(1)`
    let slow: Promise<unknown> | undefined
    await database.admin.transaction(async (session) => {
      await session.query(lock)
      slow = rows(line, sql`select pg_backend_pid() from pg_advisory_xact_lock(1)`)
      await expect.poll(() => line.counts()).toMatchObject({ open: 1, busy: 1 })
      // Past its time.
      await delay(300)
      expect(line.counts()).toMatchObject({ open: 1, busy: 1 })
    })
    const first = await slow
    expect(await rows(line, pid)).not.toEqual(first)
  }))

it('renews when told to: what is on its way ends, what comes next has another connection', () =>
  withLine(undefined, async (line, told) => {
    const slow = rows(line, sql`select pg_backend_pid() from pg_sleep(0.3)`)
    await expect.poll(() => line.counts()).toMatchObject({ open: 1, busy: 1 })
    line.renew()
    const [first, second] = await Promise.all([slow, rows(line, pid)])
    expect(second).not.toEqual(first)
    line.renew()
    expect(line.counts()).toMatchObject({ open: 0 })
    expect(told).toEqual([])
  }))

it('keeps connections without limits', () =>
  withLine(undefined, async (line) => {
    const first = await rows(line, pid)
    expect(line.counts()).toEqual({ open: 1, busy: 0, waiting: 0 })
    expect(await rows(line, pid)).toEqual(first)
  }))
