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

const quick = (id: number) => rows(line, sql`select ${id}::int`, { mode: 'read' })
const doze = (seconds: number) => rows(line, sql`select pg_sleep(${seconds})`, { mode: 'read' })
const manyQuick = (count: number) => Promise.all(Array.from({ length: count }, (_, id) => quick(id)))

/** Which of the two is over first. */
const first = (one: Promise<unknown>, other: Promise<unknown>) =>
  Promise.race([one.then(() => 'one'), other.then(() => 'other')])

it('quick reads share a few connections', async () => {
  for (let round = 0; round < 5; round++) await manyQuick(12)
  // Half of them, unless the machine is so busy that a read takes long.
  expect(line.counts().open).toBeLessThan(size)
})

it.each([
  ['a statement nobody has seen', () => rows(line, sql`select pg_sleep(1), 'new'`, { mode: 'read' })],
  ['a write', () => rows(line, sql`select pg_sleep(${1})`)],
])('quick reads are not sent behind %s', async (_, start) => {
  const slow = start()
  const reads = manyQuick(100)
  expect(await first(reads, slow)).toBe('one')
  await slow
})

it('a quick statement that takes long this once is soon passed by', async () => {
  const slow = doze(1)
  const began = performance.now()
  while (performance.now() - began < 10) await new Promise(setImmediate)
  expect(await first(manyQuick(100), slow)).toBe('one')
  await slow
})

it('a statement that was slow is not trusted for a while', async () => {
  await doze(0.05)
  const slow = doze(1)
  expect(await first(manyQuick(100), slow)).toBe('one')
  await slow
})
