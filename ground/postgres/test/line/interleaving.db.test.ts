// Nothing leaks from one caller to the next: random requests of many callers at once, each of which
// must see its own settings, rows and errors, and no one else's.

import { type TestDatabase, testDatabase } from '@plinth/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Line, openLine, sql } from '../../src/index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  await database.admin.run(sql`create table marks (caller text, run int)`)
  await database.admin.run(sql`grant all on marks to anon, authenticated`)
})
afterAll(() => database.drop())

const caller = fc.record({
  role: fc.constantFrom('anon', 'authenticated', 'service_role'),
  kind: fc.constantFrom(
    'plain',
    'bare',
    'unique',
    'fails',
    'fails late',
    'unknown',
    'decides',
    'refuses',
    'isolated',
    'decides in vain',
    'alone',
    'aborts',
    'leaves',
    'times out',
    'writes',
    'changes shape',
    'deallocates',
  ),
  pause: fc.integer({ min: 0, max: 3 }),
})
type Caller = typeof caller extends fc.Arbitrary<infer T> ? T : never

const who = sql`select current_user, current_setting('test.caller', true), current_setting('test.only', true)`

const ask = async (line: Line, { role, kind, pause }: Caller, name: string, run: number): Promise<void> => {
  const settings = [
    ['role', role],
    ['test.caller', name],
    ...(kind === 'unique' ? [['test.only', name] as const] : []),
  ] as const
  const own = [[role, name, kind === 'unique' ? name : expect.toBeOneOf(['', null])]]
  const mode = 'write' as const
  const mark = sql`insert into marks values (${name}, ${run})`
  const nap = sql`select pg_sleep(${pause / 1000})`
  switch (kind) {
    case 'bare': {
      const [result] = await line.run({ settings: [], statements: [who], mode })
      const empty = expect.toBeOneOf(['', null])
      return expect(result?.rows).toEqual([['supabase_admin', empty, empty]])
    }
    case 'fails':
      return expect(
        line.run({ settings, statements: [mark, nap, sql`select ${name}::int`], mode }),
      ).rejects.toMatchObject({ sqlstate: '22P02', message: expect.stringContaining(`"${name}"`) })
    case 'fails late':
      return expect(
        line.run({ settings, statements: [sql`select ${name}`, sql`select 1 / 0`, who], mode }),
      ).rejects.toMatchObject({ sqlstate: '22012' })
    case 'unknown':
      return expect(
        line.run({ settings, statements: [{ text: `select * from "no ${name}"`, values: [] }], mode }),
      ).rejects.toMatchObject({ sqlstate: '42P01', message: expect.stringContaining(name) })
    case 'decides':
    case 'refuses': {
      const decide = () => (kind === 'decides' ? ('commit' as const) : ('rollback' as const))
      const results = await line.run({ settings, statements: [mark, who], mode, decide })
      return expect(results[1]?.rows).toEqual(own)
    }
    case 'decides in vain':
      return expect(
        line.run({ settings, statements: [mark, nap, sql`select 1 / 0`], mode, decide: () => 'commit' }),
      ).rejects.toMatchObject({ sqlstate: '22012' })
    case 'isolated': {
      const results = await line.run({ settings, statements: [nap, who], mode, isolation: 'serializable' })
      return expect(results[1]?.rows).toEqual(own)
    }
    case 'aborts': {
      const leaving = new AbortController()
      const asked = line.run({ settings, statements: [mark, nap, who], mode, signal: leaving.signal })
      setTimeout(() => leaving.abort(new Error(name)), pause)
      const outcome = await asked.then((results) => results[2]?.rows, String)
      return expect(outcome).toBeOneOf([`Error: ${name}`, own])
    }
    case 'leaves': {
      const asked = line.run({ settings, statements: [nap, who], mode, isGone: () => pause > 1 })
      const outcome = await asked.then((results) => results[1]?.rows, String)
      return expect(outcome).toBeOneOf(['DatabaseError: Whoever asked has gone.', own])
    }
    case 'times out':
      return expect(
        line.run({
          settings: [...settings, ['statement_timeout', '20']],
          statements: [mark, sql`select pg_sleep(60)`],
          mode,
        }),
      ).rejects.toMatchObject({ sqlstate: '57014', message: expect.stringContaining('statement timeout') })
    case 'changes shape': {
      const create = { text: `alter table shape add column "${name}" int`, values: [] }
      await line.run({ settings: [], statements: [create], mode })
      const [result] = await line.run({ settings: [], statements: [sql`select * from shape`], mode })
      return expect(result?.columns).toContain(name)
    }
    case 'deallocates':
      await line.run({ settings: [], statements: [sql`deallocate all`], mode })
      return
    default: {
      const statements = [kind === 'writes' ? mark : nap, who]
      const results = await line.run({ settings, statements, mode, exclusive: kind === 'alone' })
      return expect(results[1]?.rows).toEqual(own)
    }
  }
}

it('every caller sees its own answers', async () => {
  let run = 0
  const setups = fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 6 }),
    statements: fc.integer({ min: 4, max: 40 }),
  })
  await fc.assert(
    fc.asyncProperty(setups, fc.array(caller, { minLength: 1, maxLength: 40 }), async (setup, callers) => {
      run += 1
      await database.admin.run(sql`drop table if exists shape`)
      await database.admin.run(sql`create table shape (first int)`)
      const line = openLine({ ...database.as('supabase_admin'), ...setup })
      try {
        const outcomes = await Promise.allSettled(
          callers.map((each, index) => ask(line, each, `c${run}_${index}`, run)),
        )
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      } finally {
        await line.close()
      }
      const kept = await database.admin.query<{ caller: string }>(
        sql`select caller from marks where run = ${run}`,
      )
      const may = callers.flatMap(({ kind }, index) => (kind === 'aborts' ? [`c${run}_${index}`] : []))
      const must = callers.flatMap(({ kind }, index) =>
        kind === 'writes' || kind === 'decides' ? [`c${run}_${index}`] : [],
      )
      const names = kept.map((row) => row.caller)
      expect(names.filter((name) => !may.includes(name)).sort()).toEqual(must.sort())
    }),
    { numRuns: 60 },
  )
})

it('a cancel that comes late never hits a neighbour', async () => {
  const line = openLine({ ...database.as('supabase_admin'), size: 1, depth: 2 })
  const nap = (milliseconds: number) => sql`select pg_sleep(${milliseconds / 1000})::text`
  const run = (milliseconds: number, signal?: AbortSignal) =>
    line.run({ settings: [], statements: [nap(milliseconds)], mode: 'read', signal })
  for (let round = 0; round < 200; round++) {
    const leaving = new AbortController()
    const gone = run(1, leaving.signal).catch(() => undefined)
    const neighbours = Array.from({ length: 5 }, () => run(1))
    // Around the moment when the first one ends by itself: then the cancel may find its neighbour.
    const left = new Promise<void>((resolve) => {
      setTimeout(() => {
        leaving.abort()
        resolve()
      }, round % 4)
    })
    await Promise.all([gone, left, ...neighbours])
    // Nobody may step onto the connection before the cancel has had its effect.
    await run(0)
  }
  await line.close()
})
