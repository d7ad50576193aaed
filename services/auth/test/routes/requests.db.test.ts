// What holds for every request: whose address counts, and how long it may take.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
beforeAll(async () => {
  project = await testProject()
})
afterAll(() => project.drop())

type Key = 'publishable' | 'secret'

/** A service behind a gateway that saw this key; every sign-up comes from a visitor of its own. */
const behind = async (keyKind: Key, isOn: boolean) => {
  const service = await project.auth(
    {
      security_sb_forwarded_for_enabled: isOn,
      external_anonymous_users_enabled: true,
      rate_limit_anonymous_users: 1,
    },
    {
      gate: (request) => {
        request.caller = { role: 'anon', claims: {}, claimsJson: '{}', keyKind, token: '' }
      },
    },
  )
  const enter = (forwarded: string) =>
    service.ask('POST', '/signup', {}, { headers: { 'sb-forwarded-for': forwarded } })
  const addresses = async (id: string) =>
    service.pool.one(sql`select host(ip) as ip from auth.sessions where user_id = ${id}`)
  return { enter, addresses }
}

describe('Sb-Forwarded-For', () => {
  it('names the visitor of a server that shows a secret key', async () => {
    const { enter, addresses } = await behind('secret', true)
    const first = await enter('203.0.113.7, 10.0.0.1')
    expect(await addresses(first.body.user.id)).toEqual({ ip: '203.0.113.7' })
    expect((await enter('203.0.113.7')).status).toBe(429)
    expect((await enter('2001:db8::7')).status).toBe(200)
  })

  it.each<[string, Key, boolean, string]>([
    ['from anybody else', 'publishable', true, '203.0.113.7'],
    ['that names no address', 'secret', true, 'localhost'],
    ['where the owner did not allow it', 'secret', false, '203.0.113.7'],
  ])('does not count %s', async (_name, keyKind, isOn, forwarded) => {
    const { enter, addresses } = await behind(keyKind, isOn)
    const { body } = await enter(forwarded)
    expect(await addresses(body.user.id)).toEqual({ ip: '127.0.0.1' })
    expect((await enter(forwarded)).status).toBe(429)
  })
})

it('answers 504 in time when the database does not', async () => {
  const service = await project.auth({ api_max_request_duration: 1 })
  await project.admin.transaction(async (db) => {
    await db.run(sql`lock table auth.users in access exclusive mode`)
    const wish = { email: 'late@example.com', password: 'correct horse' }
    expect(await service.ask('POST', '/token?grant_type=password', wish)).toMatchObject({
      status: 504,
      body: {
        error_code: 'request_timeout',
        msg: 'Processing this request timed out, please retry after a moment.',
      },
    })
  })
})

it('JSON goes out under its bare name', async () => {
  const service = await project.auth()
  for (const path of ['/settings', '/user', '/nothing']) {
    const { headers } = await service.ask('GET', path)
    expect([path, headers['content-type']]).toEqual([path, 'application/json'])
  }
})
