// Settings of the data API, in and out, and in the spec.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/postgrest`
afterAll(() => t.close())

const rest = () => t.host.specs.findLast((spec) => spec.ref === ref)?.rest
const patch = async (body: object) => (await t.asOwner('PATCH', path, body)).body

test('starts with the defaults', async () => {
  expect((await t.asOwner('GET', path)).body).toEqual({
    db_schema: 'public,graphql_public',
    max_rows: 1000,
    db_extra_search_path: 'public,extensions',
    db_pool: null,
    db_pool_acquisition_timeout: null,
    db_pool_max_lifetime: null,
    db_pool_max_idletime: null,
    jwt_secret: expect.stringMatching(/.{80,}/),
  })
})

test('the secret is only for who may change keys', async () => {
  const asDeveloper = await t.call('GET', path, { token: t.developer.token })
  expect([asDeveloper.status, asDeveloper.body.jwt_secret]).toEqual([200, undefined])
})

const edits: readonly (readonly [body: object, reply: object, spec: object])[] = [
  [{ db_schema: ' app , public' }, { db_schema: 'app,public' }, { schemas: ['app', 'public'] }],
  [{ db_schema: '' }, { db_schema: '' }, { schemas: [] }],
  [{ max_rows: 0 }, { max_rows: 0 }, { maxRows: null }],
  [{ max_rows: 7 }, { max_rows: 7, db_schema: '' }, { maxRows: 7 }],
  [{ db_pool: 5 }, { db_pool: 5 }, { poolSize: 5 }],
  [{ db_pool: 0 }, { db_pool: null }, { poolSize: null }],
  [{ db_extra_search_path: 'public' }, { db_extra_search_path: 'public' }, { extraSearchPath: ['public'] }],
  [{ db_pool_max_idletime: 30 }, { db_pool_max_idletime: 30 }, { poolLimits: { maxIdletime: 30 } }],
  [
    { db_pool_max_lifetime: 60, db_pool_acquisition_timeout: 5 },
    { db_pool_max_lifetime: 60, db_pool_max_idletime: 30, db_pool_acquisition_timeout: 5 },
    { poolLimits: { maxIdletime: 30, maxLifetime: 60, acquisitionTimeout: 5 } },
  ],
  [{ db_pool_max_lifetime: 0 }, { db_pool_max_lifetime: null }, { poolLimits: { maxIdletime: 30 } }],
]
test.each(edits)('%j', async (body, reply, spec) => {
  expect(await patch(body)).toMatchObject(reply)
  expect(rest()).toMatchObject(spec)
  expect((await t.asOwner('GET', path)).body).toMatchObject(reply)
})
