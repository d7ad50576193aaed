// Wishes at once on one project: one after the other or refused, never half of both, and every status ends.

import { sql } from '@plinth/postgres'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { getSpec } from '../../src/projects/spec.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
const withDatabase = await testControl({ project: true })
afterAll(() => Promise.all([t.close(), withDatabase.close()]))

const wishes = {
  pause: ['POST', '/pause'],
  restore: ['POST', '/restore'],
  restart: ['POST', '/restart'],
  remove: ['DELETE', ''],
  rename: ['PATCH', '', { name: 'Other' }],
  resize: ['PATCH', '/billing/addons', { addon_type: 'compute_instance', addon_variant: 'ci_micro' }],
  configure: ['PATCH', '/postgrest', { max_rows: 7 }],
  rewind: ['POST', '/database/backups/restore-pitr', { recovery_time_target_unix: 1 }],
} as const
type Wish = keyof typeof wishes
const names = Object.keys(wishes) as readonly Wish[]

const ask = (ref: string, wish: Wish) => {
  const [method, tail, body] = wishes[wish]
  return t.asOwner(method, `/v1/projects/${ref}${tail}`, body)
}

const statusOf = async (ref: string): Promise<string> =>
  (await t.pool.one<{ status: string }>(sql`select status from projects where ref = ${ref}`)).status

const settled = ['ACTIVE_HEALTHY', 'INACTIVE', 'REMOVED']

/** What the host would do next with a branch whose last order it has carried out. */
const untilSettled = (ref: string) =>
  vi.waitFor(
    async () => {
      const last = t.host.specs.findLast((spec) => spec.ref === ref)
      if ((await statusOf(ref)) !== 'REMOVED' && last?.desired === 'available') t.host.report(ref, 'awake')
      expect(settled).toContain(await statusOf(ref))
    },
    { interval: 20 },
  )

const pairs = names.flatMap((one, at) => names.slice(at).map((other) => [one, other] as const))

describe('pairs', () => {
  test.each(pairs)('%s and %s', async (one, other) => {
    const ref = await t.createProject()
    const replies = await Promise.all([ask(ref, one), ask(ref, other)])
    for (const { status, body } of replies)
      expect([200, 201, 400, 404, 409], JSON.stringify(body)).toContain(status)
    // Of two that are the same and move the project, one is refused.
    if (one === other && ['pause', 'remove', 'restart'].includes(one))
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    await untilSettled(ref)
    if ((await statusOf(ref)) === 'REMOVED') return
    // What the host was told last is what the database says.
    const spec = await getSpec(t.pool, t.key, ref)
    expect(t.host.specs.findLast((told) => told.ref === ref)?.version).toBe(spec.version)
  })
})

test('any wishes in any order, three at a time, leave a project that works or is gone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
      async (rounds) => {
        const ref = await t.createProject()
        for (const round of rounds) {
          const replies = await Promise.all(round.map((wish) => ask(ref, wish)))
          for (const { status } of replies) expect(status).toBeLessThan(500)
        }
        await untilSettled(ref)
      },
    ),
    { numRuns: 12 },
  )
})

test('ten projects made at once have ten refs and ten ports', async () => {
  const refs = await Promise.all(Array.from({ length: 10 }, () => t.createProject()))
  const specs = await Promise.all(refs.map((ref) => getSpec(t.pool, t.key, ref)))
  expect(new Set(refs).size).toBe(10)
  expect(new Set(specs.map(({ loopbackPort }) => loopbackPort)).size).toBe(10)
})

test('one migration sent five times at once with one key is applied once', async () => {
  const path = `/v1/projects/${await withDatabase.createProject()}/database/migrations`
  const body = { query: 'create table public.once (id int)', name: 'once' }
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => withDatabase.asOwner('POST', path, body, { 'idempotency-key': 'same' })),
  )
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(
    (await withDatabase.asOwner('GET', path)).body.filter(({ name }: any) => name === 'once'),
  ).toHaveLength(1)
})
