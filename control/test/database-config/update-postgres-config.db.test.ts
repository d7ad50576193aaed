// Postgres settings of the owner: whole sets and edits, bounds, and when the database restarts.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/database/postgres`
afterAll(() => t.close())

const settings = () => t.host.specs.findLast((spec) => spec.ref === ref)?.database.settings
const ask = async (method: 'PUT' | 'PATCH', body: object) => {
  const restarts = t.host.restarts.length
  const reply = await t.asOwner(method, path, body)
  const restarted = t.host.restarts.length - restarts
  if (restarted > 0) {
    t.host.report(ref, 'awake')
    await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  }
  return { reply, restarted }
}

test('none is chosen at first', async () => {
  expect((await t.asOwner('GET', path)).body).toEqual({})
})

type Step = {
  readonly method: 'PUT' | 'PATCH'
  readonly body: object
  readonly chosen: object
  readonly conf: object
  readonly restarted: number
}
const steps: readonly Step[] = [
  {
    method: 'PUT',
    body: { work_mem: '8MB', log_connections: true },
    chosen: { work_mem: '8MB', log_connections: true },
    conf: { work_mem: '8MB', log_connections: 'on' },
    restarted: 1,
  },
  {
    method: 'PATCH',
    body: { max_connections: 80, log_connections: null },
    chosen: { work_mem: '8MB', max_connections: 80 },
    conf: { work_mem: '8MB', max_connections: '80' },
    restarted: 1,
  },
  {
    method: 'PATCH',
    body: { max_connections: 80 },
    chosen: { work_mem: '8MB', max_connections: 80 },
    conf: { work_mem: '8MB', max_connections: '80' },
    restarted: 0,
  },
  {
    method: 'PUT',
    body: { shared_buffers: '64MB', restart_database: false },
    chosen: { shared_buffers: '64MB' },
    conf: { shared_buffers: '64MB' },
    restarted: 0,
  },
  {
    method: 'PUT',
    body: { 'pg_stat_statements.max': 500 },
    chosen: { 'pg_stat_statements.max': 500 },
    conf: { 'pg_stat_statements.max': '500' },
    restarted: 1,
  },
  { method: 'PUT', body: {}, chosen: {}, conf: {}, restarted: 1 },
]
test.each(steps)('$method $body', async ({ method, body, chosen, conf, restarted }) => {
  const done = await ask(method, body)
  expect(done).toMatchObject({ reply: { status: 200 }, restarted })
  expect(done.reply.body).toEqual(chosen)
  expect((await t.asOwner('GET', path)).body).toEqual(chosen)
  expect(settings()).toEqual(conf)
})

test('a paused project takes settings without a restart', async () => {
  const paused = await t.createProject()
  await t.asOwner('POST', `/v1/projects/${paused}/pause`)
  await t.untilStatus(paused, 'INACTIVE')
  const restarts = t.host.restarts.length
  const own = `/v1/projects/${paused}/config/database/postgres`
  expect((await t.asOwner('PUT', own, { max_connections: 50 })).status).toBe(200)
  expect(t.host.restarts.length).toBe(restarts)
})

test('what is changed during a restart is ordered to count as well', async () => {
  const own = await t.createProject()
  const restarts = () => t.host.restarts.filter((restarted) => restarted === own).length
  const patch = (body: object) => t.asOwner('PATCH', `/v1/projects/${own}/config/database/postgres`, body)
  t.host.becomes = undefined
  expect((await patch({ max_connections: 77 })).status).toBe(200)
  await t.untilStatus(own, 'RESTARTING')
  expect((await patch({ max_connections: null })).status).toBe(200)
  expect(restarts()).toBe(2)
  expect((await patch({ max_connections: 78, restart_database: false })).status).toBe(200)
  expect(restarts()).toBe(2)
  await t.untilStatus(own, 'RESTARTING')
})

describe('refuses', () => {
  const refused: readonly (readonly [body: object, message: RegExp])[] = [
    [{ work_mem: '8 MB' }, /^work_mem: must be a size such as 64MB/],
    [{ work_mem: '1kB' }, /^work_mem/],
    [{ shared_buffers: '100GB' }, /^shared_buffers/],
    [{ shared_buffers: '1' }, /^shared_buffers/],
    [{ max_connections: 100_000 }, /^max_connections/],
    [{ max_wal_senders: 0 }, /^max_wal_senders/],
    [{ statement_timeout: '5 minutes' }, /^statement_timeout: must be a duration/],
    [{ checkpoint_timeout: '1s' }, /^checkpoint_timeout/],
    [{ session_replication_role: 'other' }, /^session_replication_role/],
    [{ log_connections: 'on' }, /^log_connections/],
    [{ 'cron.log_statement': true }, /^cron.log_statement: pg_cron is not part/],
    [{ 'pg_net.batch_size': 5 }, /^pg_net.batch_size: pg_net is not part/],
    [{ archive_command: 'rm -rf /' }, /^property archive_command should not exist$/],
    [{ work_mem: "8MB'\nfsync = off" }, /^work_mem/],
  ]
  test.each(refused)('%j', async (body, message) => {
    const { reply } = await ask('PATCH', body)
    expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(message)])
    expect(settings()).toEqual({})
  })
})
