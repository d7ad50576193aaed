// Wishes at once on one branch: one after the other or refused; what was promised is carried out, nothing is half.

import { raw, sql as statement } from '@plinth/postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create, history, migrate } = branchSteps(t)
afterAll(() => t.close())

let parent: string
beforeAll(async () => {
  parent = await t.createProject()
  await migrate(parent, 'base', 'create table public.base (id int)')
})

const wishes = {
  merge: ['POST', '/merge', {}],
  reset: ['POST', '/reset', {}],
  remove: ['DELETE', ''],
  'remove later': ['DELETE', '?force=false'],
  protect: ['PATCH', '', { persistent: true }],
} as const
type Wish = keyof typeof wishes
const names = Object.keys(wishes) as readonly Wish[]

type Row = {
  readonly ref: string
  readonly deletion_scheduled_at: string | null
  readonly persistent: boolean
}

const untilRunsEnd = () =>
  vi.waitFor(
    async () =>
      expect(
        await t.pool.query(statement`select kind from action_runs where status in ('waiting', 'running')`),
      ).toEqual([]),
    { interval: 20 },
  )

const pairs = names.flatMap((one, at) => names.slice(at).map((other) => [one, other] as const))

test.each(pairs)('%s and %s', async (one, other) => {
  const mark = `${one} ${other}`.replaceAll(' ', '_')
  const { id, project_ref: ref } = await create(parent, { branch_name: mark })
  await migrate(ref, mark, `create table public.${mark} (id int)`)
  const asked = [one, other]
  const replies = await Promise.all(
    asked.map((wish) => {
      const [method, tail, body] = wishes[wish]
      return t.asOwner(method, `/v1/branches/${id}${tail}`, body)
    }),
  )
  for (const { status, body } of replies)
    expect([200, 201, 404, 409, 422], JSON.stringify(body)).toContain(status)
  expect(replies.some(({ status }) => status < 300)).toBe(true)
  const wasTaken = (wish: Wish) => replies.some(({ status }, at) => status < 300 && asked[at] === wish)
  // Of two runs at once one is refused.
  if (['merge', 'reset'].includes(one) && ['merge', 'reset'].includes(other))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
  await untilRunsEnd()

  const branch = await t.pool.maybe<Row>(statement`
    select deletion_scheduled_at, persistent from branches where id = ${id}`)
  const { status } = await t.pool.one<{ status: string }>(statement`
    select status from projects where ref = ${ref}`)
  expect([branch === undefined, ['GOING_DOWN', 'REMOVED'].includes(status)]).toEqual([
    wasTaken('remove'),
    wasTaken('remove'),
  ])
  if (wasTaken('merge')) expect(await history(parent)).toContain(mark)
  if (branch === undefined) return
  expect(branch).toMatchObject({
    deletion_scheduled_at: wasTaken('remove later') && !wasTaken('protect') ? expect.anything() : null,
    persistent: wasTaken('protect'),
  })
  await t.asOwner('PATCH', `/v1/branches/${id}`, { persistent: false })
  expect((await t.asOwner('DELETE', `/v1/branches/${id}`)).status).toBe(200)
})

test.each([
  ['delete from branches', 404],
  ['update branches set deletion_scheduled_at = null', 422],
])('a restore that comes while somebody does "%s" hears what came of it', async (what, expected) => {
  const { id } = await create(parent, { branch_name: `kept ${expected}` })
  expect((await t.asOwner('DELETE', `/v1/branches/${id}?force=false`)).status).toBe(200)
  const asked = await t.pool.transaction(async (db) => {
    await db.run(statement`${raw(what)} where id = ${id}`)
    const reply = t.asOwner('POST', `/v1/branches/${id}/restore`)
    await vi.waitFor(
      async () =>
        expect(
          await t.pool.query(statement`
            select pid from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and query like '%from branches b%'`),
        ).toHaveLength(1),
      { interval: 20 },
    )
    return { reply }
  })
  expect((await asked.reply).status).toBe(expected)
})
