// Ways back at once on one project, also of different kinds: one begins, the other is refused.

import { afterAll, expect, test } from 'vitest'
import { backedUpAt } from '../stand-in-backups.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
t.host.restored = undefined

const second = Math.floor(Date.parse(backedUpAt) / 1000)
const ways = {
  undo: ['/undo', { name: 'before' }],
  PITR: ['/restore-pitr', { recovery_time_target_unix: second + 60 }],
  'a backup': ['/restore', { id: second }],
} as const
type Way = keyof typeof ways
const names = Object.keys(ways) as readonly Way[]
const pairs = names.flatMap((one, at) => names.slice(at).map((other) => [one, other] as const))

test.each(pairs)('%s and %s', async (one, other) => {
  const ref = await t.createProject()
  const path = `/v1/projects/${ref}/database/backups`
  expect((await t.asOwner('POST', `${path}/restore-point`, { name: 'before' })).status).toBe(201)
  const ask = (way: Way) => t.asOwner('POST', path + ways[way][0], ways[way][1])
  const replies = await Promise.all([ask(one), ask(other)])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
  expect(replies.find(({ status }) => status === 409)?.body.message).toBe(
    'The project is RESTORING; it cannot restore now.',
  )
  expect(t.host.restores.filter((restored) => restored === ref)).toEqual([ref])
  t.host.report(ref, 'awake')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
})
