import type { Observation, RequestObservation } from '@plinth/contracts'
import { openPool, type Pool, raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CatalogueWatch, type Transactions, type WatchOptions, watchCatalogue } from '../src/index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
  await run('create table public.first (id integer primary key)')
})
afterAll(() => database.drop())

const run = (text: string) => database.admin.run(raw(text))

type Told = (Observation | RequestObservation)[]

const watch = async (
  use: (watch: CatalogueWatch, told: Told) => Promise<void>,
  options: Partial<WatchOptions> = {},
) => {
  const told: Told = []
  const opened = watchCatalogue({
    query: database.admin,
    connection: database,
    scope: { schemas: ['public'], extraSearchPath: [] },
    observe: (observation) => told.push(observation),
    ...options,
  })
  try {
    await use(opened, told)
  } finally {
    await opened.close()
  }
}

const has = (opened: CatalogueWatch, name: string) =>
  opened.current()?.relations.get('public')?.has(name) ?? false

const events = (told: Told) =>
  told.map(({ event }) => event).filter((event) => event.startsWith('catalogue.'))

describe('watchCatalogue', () => {
  it('has a catalogue when it is ready', () =>
    watch(async (opened) => {
      expect(opened.current()).toBeUndefined()
      await opened.ready
      expect(has(opened, 'first')).toBe(true)
    }))

  it.each([
    ['an empty notice', ''],
    ['reload schema', 'reload schema'],
  ])('sees a new table after %s', (_name, payload) =>
    watch(async (opened) => {
      await opened.ready
      const table = `made_${payload.length}`
      await run(`create table public.${table} ()`)
      await run(`notify pgrst, '${payload}'`)
      await vi.waitFor(() => expect(has(opened, table)).toBe(true), { interval: 5 })
    }),
  )

  it('asks for the scope before each reading, and tells of each catalogue when it is the current one', () => {
    const seen: (readonly [readonly string[] | undefined, boolean])[] = []
    let schemas = ['public']
    let opened: CatalogueWatch | undefined
    return watch(
      async (own) => {
        opened = own
        await own.ready
        await run('create schema elsewhere; create table elsewhere.there ()')
        schemas = ['public', 'elsewhere']
        await run("notify pgrst, 'reload config'")
        await vi.waitFor(() => expect(seen.at(-1)).toEqual([schemas, true]), { interval: 5 })
      },
      {
        scope: async () => ({ schemas, extraSearchPath: [] }),
        onLoad: (catalogue) => seen.push([catalogue.schemas, opened?.current() === catalogue]),
      },
    )
  })

  it('listens to nothing when told so, and reads when asked', () =>
    watch(
      async (opened, told) => {
        await opened.ready
        await run('create table public.unheard ()')
        await run('notify pgrst')
        await opened.reload()
        expect(has(opened, 'unheard')).toBe(true)
        expect(events(told)).toEqual(['catalogue.loaded', 'catalogue.loaded'])
      },
      { channel: () => null },
    ))

  it('ignores other words', () =>
    watch(async (opened, told) => {
      await opened.ready
      await run("notify pgrst, 'something else'")
      await run('notify pgrst')
      await vi.waitFor(() => expect(events(told)).toHaveLength(2), { interval: 5 })
      expect(events(told)).toEqual(['catalogue.loaded', 'catalogue.loaded'])
    }))

  it('never reads twice at once and queues one reading for many calls', async () => {
    const gate = gated(database.admin)
    await watch(
      async (opened) => {
        await vi.waitFor(() => expect(gate.running).toBe(1), { interval: 5 })
        const reloads = Array.from({ length: 20 }, () => opened.reload())
        gate.open()
        await Promise.all(reloads)
        expect(gate.most).toBe(1)
        expect(gate.count).toBe(2)
      },
      { query: gate },
    )
  })

  it('keeps the old catalogue while readings fail, says so, and recovers', async () => {
    const query = failing(database.admin)
    await watch(
      async (opened, told) => {
        await opened.ready
        const before = opened.current()
        query.broken = true
        await run('create table public.late ()')
        await run('notify pgrst')
        await vi.waitFor(() => expect(events(told)).toContain('catalogue.load_failed'), { interval: 5 })
        expect(opened.current()).toBe(before)
        query.broken = false
        await vi.waitFor(() => expect(has(opened, 'late')).toBe(true), { interval: 5 })
      },
      { query },
    )
  })

  it('reads another scope when it is told to', () =>
    watch(async (opened) => {
      await opened.ready
      await run('create schema other')
      await run('create table other.thing ()')
      await opened.reload({ schemas: ['other'], extraSearchPath: [] })
      expect(opened.current()?.schemas).toEqual(['other'])
      expect(opened.current()?.relations.get('other')?.has('thing')).toBe(true)
    }))

  it('settles `ready` when it is closed before the first catalogue', async () => {
    const query = failing(database.admin)
    query.broken = true
    await watch(
      async (opened, told) => {
        await vi.waitFor(() => expect(events(told)).toContain('catalogue.load_failed'), { interval: 5 })
        await opened.close()
        await opened.ready
        expect(opened.current()).toBeUndefined()
      },
      { query },
    )
  })
})

describe('the database of a project', () => {
  let project: TestDatabase
  let query: Pool

  beforeAll(async () => {
    project = await testDatabase({ template: 'project' })
    query = openPool({ ...project.as('authenticator'), size: 1, applicationName: 'test' })
  })
  afterAll(async () => {
    await query.close()
    await project.drop()
  })

  it('tells the role of requests what visitors are held to', () =>
    watch(
      async (opened) => {
        await opened.ready
        expect(opened.current()?.roles.get('anon')?.settings).toContainEqual(['statement_timeout', '3s'])
      },
      { query, connection: project.as('authenticator') },
    ))

  it('says by itself that a table was made, changed or dropped', () =>
    watch(
      async (opened) => {
        await opened.ready
        const columns = () => [
          ...(opened.current()?.relations.get('public')?.get('notes')?.columns.keys() ?? []),
        ]
        for (const [text, wanted] of [
          ['create table public.notes (id integer)', ['id']],
          ['alter table public.notes add column body text', ['id', 'body']],
          ['drop table public.notes', []],
        ] as const) {
          await project.admin.run(raw(text))
          await vi.waitFor(() => expect(columns()).toEqual(wanted), { interval: 5 })
        }
      },
      { query, connection: project.as('authenticator') },
    ))
})

/** Holds every reading back until it is opened, and counts them. */
const gated = (inner: Transactions) => {
  const gate = Promise.withResolvers<void>()
  const state = { running: 0, most: 0, count: 0, open: () => gate.resolve() }
  return Object.assign(state, {
    transaction: (async (work, how) => {
      state.count += 1
      state.running += 1
      state.most = Math.max(state.most, state.running)
      await gate.promise
      return inner.transaction(work, how).finally(() => {
        state.running -= 1
      })
    }) as Transactions['transaction'],
  })
}

const failing = (inner: Transactions) => {
  const state = { broken: false }
  return Object.assign(state, {
    transaction: ((work, how) =>
      state.broken
        ? Promise.reject(new Error('out of order'))
        : inner.transaction(work, how)) as Transactions['transaction'],
  })
}
