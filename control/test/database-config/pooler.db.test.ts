// The pooler as its owner sees and changes it; what it is told stands in the spec.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/database/pooler`
afterAll(() => t.close())

const told = () => t.host.specs.findLast((spec) => spec.ref === ref)?.database.pooler
const get = async () => (await t.asOwner('GET', path)).body[0]

test('says what the size gives', async () => {
  const address = `postgresql://postgres.${ref}:[YOUR-PASSWORD]@localhost:54329/postgres`
  expect(await get()).toMatchObject({
    pool_mode: 'transaction',
    default_pool_size: 15,
    max_client_conn: 200,
    db_user: `postgres.${ref}`,
    db_port: 54_329,
    connection_string: address,
    connectionString: address,
  })
})

const health = (control: typeof t, of: string) =>
  control.asOwner('GET', `/v1/projects/${of}/health?services=pooler,pg_bouncer`)

test('is as healthy as the project', async () => {
  expect((await health(t, ref)).body).toEqual([
    { name: 'pooler', healthy: true, status: 'ACTIVE_HEALTHY' },
    { name: 'pg_bouncer', healthy: true, status: 'ACTIVE_HEALTHY' },
  ])
})

const steps: readonly (readonly [body: object, reply: object, spec: object])[] = [
  [
    { default_pool_size: 5 },
    { default_pool_size: 5, pool_mode: 'transaction' },
    { mode: 'transaction', connections: 5 },
  ],
  [
    { pool_mode: 'session' },
    { default_pool_size: 5, pool_mode: 'session' },
    { mode: 'session', connections: 5 },
  ],
  [{ default_pool_size: null }, { default_pool_size: 15, pool_mode: 'session' }, { mode: 'session' }],
]
test.each(steps)('%j', async (body, reply, spec) => {
  expect(await t.asOwner('PATCH', path, body)).toMatchObject({ status: 200, body: reply })
  expect(told()).toEqual(spec)
  expect(await get()).toMatchObject(reply)
  const pgbouncer = await t.asOwner('GET', `/v1/projects/${ref}/config/database/pgbouncer`)
  expect(pgbouncer.body).toMatchObject({ ...reply, max_client_conn: 200 })
})

test.each([0, -1, 3001, 'many'])('refuses %j connections', async (size) => {
  expect((await t.asOwner('PATCH', path, { default_pool_size: size })).status).toBe(400)
})

describe('without PgBouncer', async () => {
  const bare = await testControl({ settings: { poolerPort: undefined } })
  afterAll(() => bare.close())
  const otherRef = await bare.createProject()
  const other = `/v1/projects/${otherRef}/config/database/pooler`

  test('the entrance passes connections on, and there is nothing to tune', async () => {
    const { body } = await bare.asOwner('GET', other)
    expect(body).toMatchObject([{ pool_mode: 'session', db_port: 54_320, default_pool_size: null }])
    const refused = await bare.asOwner('PATCH', other, { pool_mode: 'transaction' })
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringMatching(/PgBouncer/) } })
    expect((await bare.asOwner('PATCH', other, { pool_mode: 'session' })).status).toBe(200)
  })

  test('nobody is told that one is healthy', async () => {
    expect((await health(bare, otherRef)).body).toMatchObject([{ healthy: false }, { healthy: false }])
  })
})
