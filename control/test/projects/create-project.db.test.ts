// Creating projects: what is validated, what is written, what the host is told.

import { unseal } from '@plinth/crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getSpec } from '../../src/projects/spec.ts'
import { type TestControl, testControl } from '../test-control.ts'

let t: TestControl
beforeAll(async () => {
  t = await testControl()
})
afterAll(() => t.close())

const wish = (more: object = {}) => ({
  name: 'Shop',
  organization_slug: t.organization,
  db_pass: 'correct horse',
  region: 'eu-west-1',
  ...more,
})

test('answers at once with the project coming up, and the host then makes it healthy', async () => {
  t.host.becomes = undefined
  const reply = await t.asOwner('POST', '/v1/projects', wish())
  const { ref } = reply.body
  expect(reply.status).toBe(201)
  expect(reply.body).toEqual({
    id: ref,
    ref: expect.stringMatching(/^[a-z]{20}$/),
    organization_id: t.organization,
    organization_slug: t.organization,
    name: 'Shop',
    region: 'eu-west-1',
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    status: 'COMING_UP',
    is_branch_enabled: false,
    endpoints: {
      api: `http://${ref}.localhost:8000`,
      api_loopback: expect.stringMatching(/^http:\/\/127\.0\.0\.1:41\d{3}$/),
      db: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@localhost:54320/postgres`,
      pooler: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@localhost:54329/postgres`,
    },
  })
  t.host.report(ref, 'awake')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  t.host.becomes = 'awake'
})

test('seals the spec and the keys, and sends the host a spec that holds only digests of keys', async () => {
  const ref = await t.createProject({ db_pass: 'needle in the haystack' })
  const { sealed } = await t.pool.one<{ sealed: string }>(sql`select sealed from specs where ref = ${ref}`)
  expect(sealed).not.toContain('needle')
  expect(unseal(t.key, sealed).toString()).toContain('needle')

  const spec = await getSpec(t.pool, t.key, ref)
  expect(t.host.specs.findLast((sent) => sent.ref === ref)).toEqual(spec)
  expect(spec.database.passwords.postgres).toBe('needle in the haystack')
  expect(new Set(Object.values(spec.database.passwords)).size).toBe(7)
  const keys = (await t.asOwner('GET', `/v1/projects/${ref}/api-keys?reveal=true`)).body
  for (const { api_key, hash } of keys) {
    expect(JSON.stringify(spec)).not.toContain(api_key)
    expect(spec.apiKeys.map((key) => key.hash)).toContain(hash)
  }
})

test('failed provisioning ends INIT_FAILED with the reason, and the project can be deleted', async () => {
  t.host.becomes = undefined
  const { ref } = (await t.asOwner('POST', '/v1/projects', wish())).body
  t.host.report(ref, 'broken', { reason: 'The disk is full.' })
  await t.untilStatus(ref, 'INIT_FAILED')
  const { body } = await t.asOwner('GET', `/v1/projects/${ref}`)
  expect(body.status_reason).toBe('The disk is full.')
  const deleted = await t.asOwner('DELETE', `/v1/projects/${ref}`)
  expect(deleted.status).toBe(200)
  t.host.becomes = 'awake'
  const gone = await t.asOwner('GET', `/v1/projects/${ref}`)
  expect([200, 400]).toContain(gone.status)
})

test('two creations at once get different ports and refs', async () => {
  const replies = await Promise.all([1, 2, 3, 4].map(() => t.asOwner('POST', '/v1/projects', wish())))
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  const loopback = replies.map(({ body }) => body.endpoints.api_loopback)
  expect(new Set(loopback).size).toBe(4)
  expect(new Set(replies.map(({ body }) => body.ref)).size).toBe(4)
})

test('a host that cannot be reached does not fail the creation; the spec is sent when it is back', async () => {
  t.host.isDown = true
  const { status, body } = await t.asOwner('POST', '/v1/projects', wish())
  expect(status).toBe(201)
  expect(t.host.specs.some(({ ref }) => ref === body.ref)).toBe(false)
  t.host.isDown = false
  await t.untilStatus(body.ref, 'ACTIVE_HEALTHY')
})

test('a smart group leads to the region of this machine', async () => {
  const selection = { type: 'smartGroup', code: 'apac' }
  const { status, body } = await t.asOwner(
    'POST',
    '/v1/projects',
    wish({ region: undefined, region_selection: selection }),
  )
  expect([status, body.region]).toEqual([201, 'eu-central-1'])
})

describe('refuses', () => {
  const refusals: readonly (readonly [name: string, more: object, message: unknown])[] = [
    ['no name', { name: undefined }, 'name: Invalid input: expected string, received undefined'],
    [
      'no password and no name',
      { name: undefined, db_pass: undefined },
      [
        'db_pass: Invalid input: expected string, received undefined',
        'name: Invalid input: expected string, received undefined',
      ],
    ],
    ['an empty password', { db_pass: '' }, 'db_pass: Too small: expected string to have >=1 characters'],
    ['a long name', { name: 'x'.repeat(257) }, 'name: Too big: expected string to have <=256 characters'],
    ['no region', { region: undefined }, 'One of region and region_selection must be given'],
    ['an unknown region', { region: 'mars-1' }, expect.stringMatching(/^region: Invalid option/)],
    ['an unknown size', { desired_instance_size: 'huge' }, expect.stringMatching(/^desired_instance_size: /)],
    ['a key nobody knows', { colour: 'red' }, 'property colour should not exist'],
    [
      'Postgres 15',
      { postgres_engine: '15' },
      'postgres_engine: 15 is not offered here; leave it out or send 17',
    ],
    [
      'NUL in the password',
      { db_pass: 'a\0b' },
      'db_pass: must not hold a zero character or half a character',
    ],
  ]
  test.each(refusals)('%s', async (_name, more, message) => {
    const reply = await t.asOwner('POST', '/v1/projects', wish(more))
    expect(reply).toMatchObject({ status: 400, body: { message } })
  })

  test('an organization of somebody else', async () => {
    const reply = await t.asOwner('POST', '/v1/projects', wish({ organization_slug: t.foreign }))
    expect(reply).toMatchObject({ status: 404, body: { message: 'Organization not found' } })
  })
})

test('the ignored leftovers of upstream are accepted', async () => {
  const more = { organization_id: 'x', plan: 'pro', kps_enabled: true, release_channel: 'ga' }
  expect((await t.asOwner('POST', '/v1/projects', wish(more))).status).toBe(201)
})

test('when all ports are taken it says so', async () => {
  const small = await testControl({ settings: { projectPorts: { first: 42_000, last: 42_000 } } })
  try {
    await small.createProject()
    const body = {
      name: 'Second',
      organization_slug: small.organization,
      db_pass: 'correct horse',
      region: 'eu-west-1',
    }
    const reply = await small.asOwner('POST', '/v1/projects', body)
    expect(reply.status).toBe(503)
    expect(reply.body.message).toMatch(/^All loopback ports from 42000 to 42000 are taken/)
  } finally {
    await small.close()
  }
})
