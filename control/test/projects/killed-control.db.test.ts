// A control plane that is killed after it promised something and before the host heard of it: the next one keeps
// the promise, so every status on the way ends.

import { makeOutbound } from '@plinth/http'
import { sql } from '@plinth/postgres'
import { expect, onTestFinished, test } from 'vitest'
import { connectSupervisor, makeControl } from '../../src/index.ts'
import { type TestControl, testControl } from '../test-control.ts'

/** A new control plane over what the killed one left. */
const startAnother = ({ pool, host, key, settings, observe }: TestControl) => {
  const supervisor = connectSupervisor(host.socketPath)
  const outbound = makeOutbound()
  const next = makeControl({ pool, supervisor, key, settings, observe, outbound })
  const leaving = new AbortController()
  const following = next.follow(leaving.signal)
  return async () => {
    leaving.abort()
    next.close()
    await following
    await supervisor.close()
  }
}

const wish = { name: 'Shop', db_pass: 'correct horse', region: 'eu-west-1' }
type Case = {
  readonly name: string
  readonly onTheWay: string
  readonly atTheEnd: string
  /** Answers the ref of the project that was asked for something while the host could not be reached. */
  readonly ask: (t: TestControl, ref: string) => Promise<string>
  readonly isPaused?: true
}
const post = (verb: string) => async (t: TestControl, ref: string) => {
  expect((await t.asOwner('POST', `/v1/projects/${ref}/${verb}`)).status).toBe(200)
  return ref
}
const cases: readonly Case[] = [
  {
    name: 'create',
    onTheWay: 'COMING_UP',
    atTheEnd: 'ACTIVE_HEALTHY',
    ask: async (t) => {
      const body = { ...wish, organization_slug: t.organization }
      return (await t.asOwner('POST', '/v1/projects', body)).body.ref
    },
  },
  { name: 'pause', onTheWay: 'PAUSING', atTheEnd: 'INACTIVE', ask: post('pause') },
  {
    name: 'restore',
    onTheWay: 'RESTORING',
    atTheEnd: 'ACTIVE_HEALTHY',
    ask: post('restore'),
    isPaused: true,
  },
  {
    name: 'delete',
    onTheWay: 'GOING_DOWN',
    atTheEnd: 'REMOVED',
    ask: async (t, ref) => {
      expect((await t.asOwner('DELETE', `/v1/projects/${ref}`)).status).toBe(200)
      return ref
    },
  },
]

test.each(cases)('$name', async ({ ask, isPaused, onTheWay, atTheEnd }) => {
  const t = await testControl()
  onTestFinished(() => t.close())
  const before = await t.createProject()
  if (isPaused) {
    await post('pause')(t, before)
    await t.untilStatus(before, 'INACTIVE')
  }
  const statusOf = async (ref: string) =>
    (await t.pool.one<{ status: string }>(sql`select status from projects where ref = ${ref}`)).status
  t.host.isDown = true
  const ref = await ask(t, before)
  expect(await statusOf(ref)).toBe(onTheWay)
  await t.stopFollowing()
  t.host.isDown = false
  expect(await statusOf(ref)).toBe(onTheWay)
  const stop = startAnother(t)
  try {
    await expect.poll(() => statusOf(ref)).toBe(atTheEnd)
  } finally {
    await stop()
  }
})
