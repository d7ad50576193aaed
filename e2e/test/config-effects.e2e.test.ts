// What is set through the Management API reaches the running thing, and goes back. What is enforced at the entrance
// (network restrictions, TLS, size of a pool) is in entrance.e2e.test.ts.

import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { until } from '../src/until.ts'
import { authEffects } from './config-effects/auth.ts'
import { type Caller, caller, type Effect, newAddress, password } from './config-effects/effect.ts'
import { dataApiEffects, databaseEffects, schema, toldEffects, toldSpec } from './config-effects/others.ts'

let installation: Installation
let manage: Manage
let project: Project
let call: Caller
const member = newAddress()
const highLimits = { rate_limit_token_refresh: 300_000, rate_limit_verify: 300_000 }

beforeAll(async () => {
  installation = await copyInstallation()
  manage = makeManage(installation)
  project = await createProject(manage, 'settings')
  call = caller(project)
  await query(manage, project.ref, schema)
  expect((await call('/auth/v1/signup', { email: member, password })).status).toBe(200)
  // Whoever waits for a setting asks more often than people do.
  expect((await manage('PATCH', `${base()}/config/auth`, highLimits)).status).toBe(200)
})
afterAll(async () => installation?.remove())

const base = () => `/v1/projects/${project.ref}`
const signIn = async (): Promise<string> =>
  (await call('/auth/v1/token?grant_type=password', { email: member, password })).body.access_token

const untilSeen = (what: string, seen: () => Promise<unknown>, wanted: unknown) =>
  until(
    what,
    async () => {
      expect(await seen()).toEqual(wanted)
      return true
    },
    90_000,
  )

const groups: Readonly<Record<string, () => readonly Effect[]>> = {
  auth: () => authEffects(call, member),
  'data API': () => dataApiEffects(call),
  'what the host is told': () => toldEffects(installation, project),
  database: () => databaseEffects(installation, manage, project),
}

test.each(Object.keys(groups))(
  '%s: every setting counts when it is set, and no longer when it is taken back',
  async (group) => {
    for (const { name, path, change, back, seen, before, after } of groups[group]?.() ?? []) {
      await untilSeen(`${name} as it was`, seen, before)
      expect((await manage('PATCH', `${base()}${path}`, change)).status, name).toBeLessThan(300)
      await untilSeen(`${name} changed`, seen, after)
      expect((await manage('PATCH', `${base()}${path}`, back)).status, name).toBeLessThan(300)
      await untilSeen(`${name} taken back`, seen, before)
    }
  },
)

test('a rate limit counts as soon as what was set beside it is seen', async () => {
  const path = `${base()}/config/auth`
  const isClosed = async () => (await call('/auth/v1/settings')).body.disable_signup
  /** More than the thirty that may come at once. */
  const refreshOften = async () => {
    let status = 0
    for (let count = 0; count < 40; count += 1)
      ({ status } = await call('/auth/v1/token?grant_type=refresh_token', { refresh_token: 'none' }))
    return status
  }
  expect(await refreshOften()).toBe(400)
  await manage('PATCH', path, { rate_limit_token_refresh: 1, disable_signup: true })
  await untilSeen('the limit', isClosed, true)
  expect(await refreshOften()).toBe(429)
  await manage('PATCH', path, { ...highLimits, disable_signup: null })
  await untilSeen('no such limit', isClosed, false)
  expect(await refreshOften()).toBe(400)
})

test('the host is told a secret of functions until it is removed', async () => {
  const secret = async () => (await toldSpec(installation, project)).functions?.secrets?.['COLOUR']
  await manage('POST', `${base()}/secrets`, [{ name: 'COLOUR', value: 'blue' }])
  await untilSeen('the secret', secret, 'blue')
  await manage('DELETE', `${base()}/secrets`, ['COLOUR'])
  await untilSeen('no such secret', secret, undefined)
})

test('a new API key counts until it is deleted; the legacy ones until they are switched off', async () => {
  const use = async (apikey: string) => (await call('/rest/v1/numbers', undefined, { apikey })).status
  const made = await manage('POST', `${base()}/api-keys?reveal=true`, { type: 'secret', name: 'worker' })
  expect(made.status).toBe(201)
  await untilSeen('the new key', () => use(made.body.api_key), 200)
  expect((await manage('DELETE', `${base()}/api-keys/${made.body.id}`)).status).toBe(200)
  await untilSeen('the deleted key', () => use(made.body.api_key), 401)
  expect(await use(project.keys.secret)).toBe(200)

  await manage('PUT', `${base()}/api-keys/legacy?enabled=false`)
  await untilSeen('the legacy key, off', () => use(project.keys.anon), 401)
  await manage('PUT', `${base()}/api-keys/legacy?enabled=true`)
  await untilSeen('the legacy key, on', () => use(project.keys.anon), 200)
})

test('tokens of a rotated signing key count until it is revoked', async () => {
  const path = `${base()}/config/auth/signing-keys`
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  const rotate = async (): Promise<string> => {
    const { body } = await manage('POST', path, { algorithm: 'ES256' })
    expect((await manage('PATCH', `${path}/${body.id}`, { status: 'in_use' })).status).toBe(200)
    await untilSeen('tokens of the new key', async () => kidOf(await signIn()), body.id)
    return body.id
  }
  const use = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const replies = ['/auth/v1/user', '/rest/v1/numbers?limit=0'].map((one) => call(one, undefined, headers))
    return (await Promise.all(replies)).map(({ status }) => status)
  }
  const first = await rotate()
  const old = await signIn()
  await rotate()
  await query(manage, project.ref, 'grant select on public.numbers to authenticated')
  expect(await use(old)).toEqual([200, 200])
  expect((await manage('PATCH', `${path}/${first}`, { status: 'revoked' })).status).toBe(200)
  await untilSeen('the revoked key', () => use(old), [403, 401])
  expect(await use(await signIn())).toEqual([200, 200])
})

test('a new password of the database counts at once, the old one no more', async () => {
  const connect = async (secret: string) => {
    const { ref } = project
    const { dbPort: port } = installation
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: `postgres.${ref}`,
      password: secret,
      database: 'postgres',
    }).on('error', () => undefined)
    try {
      await client.connect()
      return 'in'
    } catch {
      return 'out'
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  expect(await connect(project.password)).toBe('in')
  const reply = await manage('PATCH', `${base()}/database/password`, { password: 'another horse' })
  expect(reply.status).toBe(200)
  await untilSeen('the new password', () => connect('another horse'), 'in')
  await untilSeen('the old password', () => connect(project.password), 'out')
})
