import { availableParallelism } from 'node:os'
import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Line, openLine, sql } from '../../src/index.ts'
import { rows } from './ask-line.ts'

const size = 4 * availableParallelism() + 2
const checkLeaks = leakCheck()
let database: TestDatabase
let line: Line

beforeAll(async () => {
  database = await testDatabase()
})

beforeEach(async () => {
  line = openLine({ ...database.as('supabase_admin'), size, applicationName: 'choice test' })
  // Nobody knows a statement's pace before it has run.
  await quick(1)
  await doze(0)
})

afterEach(() => line.close())

afterAll(async () => {
  await database.drop()
  await checkLeaks()
})

const free = 1
const held = 2
const quick = (id: number) => rows(line, sql`select ${id}::int`, { mode: 'read' })
const doze = (seconds: number, lock = free, mode: { readonly mode?: 'read' } = { mode: 'read' }) =>
  rows(
    line,
    sql`select pg_sleep(${seconds}), pg_advisory_lock_shared(${lock}), pg_advisory_unlock_shared(${lock})`,
    mode,
  )
const manyQuick = (count: number) => Promise.all(Array.from({ length: count }, (_, id) => quick(id)))

/** What is started ends only after quick reads, begun behind it, were answered. */
const behind = (start: () => Promise<unknown>, between: () => Promise<void> = async () => undefined) =>
  database.admin.session(async (session) => {
    await session.query(sql`select pg_advisory_lock(${held})`)
    const slow = start()
    await between()
    await manyQuick(100)
    await session.query(sql`select pg_advisory_unlock(${held})`)
    await slow
  })

it('quick reads share a few connections', async () => {
  // Half of them, unless the machine is so busy that a read takes long.
  const used = async () => {
    await line.close()
    line = openLine({ ...database.as('supabase_admin'), size, applicationName: 'choice test' })
    await quick(1)
    for (let round = 0; round < 5; round++) await manyQuick(12)
    return line.counts().open
  }
  await expect.poll(used).toBeLessThan(size)
})

const unseen = sql`select pg_advisory_lock_shared(${held}), pg_advisory_unlock_shared(${held})`

it.each([
  ['a statement nobody has seen', () => rows(line, unseen, { mode: 'read' })],
  ['a write', () => doze(0, held, {})],
])('quick reads are not sent behind %s', (_, start) => behind(start))

it('a quick statement that takes long this once is soon passed by', () =>
  behind(
    () => doze(0, held),
    async () => {
      const began = performance.now()
      while (performance.now() - began < 10) await new Promise(setImmediate)
    },
  ))

it('a statement that was slow is not trusted for a while', async () => {
  await doze(0.05)
  await behind(() => doze(0, held))
})
