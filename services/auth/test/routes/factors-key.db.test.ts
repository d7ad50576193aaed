// Security keys as second factors, from the empty place to the raised session and back.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { softwareKey } from '../software-key.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const origin = 'http://localhost:3000'
let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    mfa_web_authn_enroll_enabled: true,
    mfa_web_authn_verify_enabled: true,
    mailer_notifications_mfa_factor_enrolled_enabled: true,
    mailer_notifications_mfa_factor_unenrolled_enabled: true,
    rate_limit_token_refresh: 100_000,
  })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0
const signUp = async (service = auth) => {
  count += 1
  // Attempts at factors are limited: each test comes when its address may try again.
  auth.pass(120)
  const email = `k${count}@example.com`
  const { body } = await service.ask('POST', '/signup', { email, password })
  return { email, id: body.user.id as string, token: body.access_token as string }
}
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const enroll = (token: string, friendly_name = 'key') =>
  auth.ask('POST', '/factors', { factor_type: 'webauthn', friendly_name }, { token })
const challenge = async (token: string, factor: string) =>
  (await auth.ask('POST', `/factors/${factor}/challenge`, {}, { token })).body
const show = (token: string, factor: string, challenge_id: string, webauthn: unknown) =>
  auth.ask('POST', `/factors/${factor}/verify`, { challenge_id, webauthn }, { token })

const withKey = async () => {
  const user = await signUp()
  const key = softwareKey(origin, 'ee882879721c491397753dfcce97072a')
  const { body: factor } = await enroll(user.token)
  const asked = await challenge(user.token, factor.id)
  const credential_response = key.create(asked.webauthn.credential_options.publicKey)
  const { body } = await show(user.token, factor.id, asked.id, { type: 'create', credential_response })
  return { ...user, key, factor: factor.id as string, raised: body, asked, credential_response }
}

describe('setting up', () => {
  it('asks for a new key, keeps it, and raises the session', async () => {
    auth.letters.splice(0)
    const { asked, raised, id, factor, email } = await withKey()
    expect(asked).toMatchObject({
      type: 'webauthn',
      expires_at: expect.any(Number),
      webauthn: {
        type: 'create',
        credential_options: {
          publicKey: {
            rp: { id: 'localhost', name: 'localhost' },
            user: { name: email, id: Buffer.from(id).toString('base64url') },
          },
        },
      },
    })
    const claims = claimsOf(raised.access_token)
    expect(claims.aal).toBe('aal2')
    expect(claims.amr.map(({ method }: { method: string }) => method).sort()).toEqual([
      'mfa/webauthn',
      'password',
    ])
    expect(raised.user.factors).toMatchObject([
      {
        id: factor,
        status: 'verified',
        factor_type: 'webauthn',
        web_authn_aaguid: 'ee882879-721c-4913-9775-3dfcce97072a',
        last_webauthn_challenge_data: { type: 'create', challenge: { challenge_id: asked.id } },
      },
    ])
    expect(auth.letters.map(({ kind }) => kind)).toEqual(['mfa_factor_enrolled_notification'])
    expect(auth.letters[0]?.text).toContain('webauthn')
    const [kept] = await project.admin.query(sql`
      select web_authn_credential->>'attestationType' as type,
        (select count(*)::int from auth.mfa_challenges c where c.factor_id = f.id) as challenges
      from auth.mfa_factors f where id = ${factor}`)
    expect(kept).toEqual({ type: 'none', challenges: 0 })
  })

  it('takes an answer once, from its own site, of the kind that was asked for', async () => {
    const { token } = await signUp()
    const key = softwareKey(origin)
    const { body: factor } = await enroll(token)
    const asked = await challenge(token, factor.id)
    const { publicKey } = asked.webauthn.credential_options
    const bad = (webauthn: unknown) => show(token, factor.id, asked.id, webauthn)
    const foreign = key.create(publicKey, { origin: 'https://evil.test' })
    expect(await bad({ type: 'create', credential_response: foreign })).toMatchObject({
      status: 422,
      body: { error_code: 'mfa_verification_failed' },
    })
    const malformed = [
      undefined,
      { type: 'other', credential_response: {} },
      { type: 'create' },
      { type: 'create', credential_response: { garbage: true } },
      { type: 'request', credential_response: key.get({ ...publicKey, rpId: 'localhost' }) },
    ]
    for (const webauthn of malformed)
      expect(await bad(webauthn)).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
    const good = { type: 'create', credential_response: key.create(publicKey) }
    expect((await bad(good)).status).toBe(200)
    expect((await bad(good)).body.error_code).toBe('mfa_factor_not_found')
  })
})

describe('using', () => {
  const logIn = async (email: string) =>
    (await auth.ask('POST', '/token?grant_type=password', { email, password })).body.access_token as string

  it('raises the next session too, and counts', async () => {
    const { email, key, factor } = await withKey()
    const low = await logIn(email)
    expect(claimsOf(low).aal).toBe('aal1')
    const asked = await challenge(low, factor)
    expect(asked.webauthn).toMatchObject({
      type: 'request',
      credential_options: { publicKey: { rpId: 'localhost', allowCredentials: [{ id: key.id }] } },
    })
    const credential_response = key.get(asked.webauthn.credential_options.publicKey)
    const { body } = await show(low, factor, asked.id, { type: 'request', credential_response })
    expect(claimsOf(body.access_token).aal).toBe('aal2')
    const [kept] = await project.admin.query(sql`
      select (web_authn_credential->'authenticator'->>'signCount')::int as count from auth.mfa_factors
      where id = ${factor}`)
    expect(kept).toEqual({ count: 1 })
    key.counter -= 1
    const next = await challenge(low, factor)
    const copied = key.get(next.webauthn.credential_options.publicKey)
    expect(await show(low, factor, next.id, { type: 'request', credential_response: copied })).toMatchObject({
      status: 422,
    })
  })

  it('lets no key stand in that is made now, nor one of somebody else', async () => {
    const { email, factor } = await withKey()
    const low = await logIn(email)
    const asked = await challenge(low, factor)
    const { publicKey } = asked.webauthn.credential_options
    const other = await withKey()
    auth.pass(120)
    const holder = { id: 'eA', name: 'x', displayName: 'x' }
    const options = { ...publicKey, rp: { id: 'localhost', name: 'x' }, user: holder }
    const made = softwareKey(origin).create(options)
    const fresh = await challenge(low, factor)
    const attempts = [
      [asked.id, { type: 'create', credential_response: made }, 400],
      [asked.id, { type: 'request', credential_response: other.key.get(publicKey) }, 422],
      [fresh.id, { type: 'request', credential_response: other.key.get(publicKey) }, 422],
    ] as const
    for (const [id, webauthn, status] of attempts)
      expect((await show(low, factor, id, webauthn)).status).toBe(status)
  })

  it('is not taken from another address or after its time', async () => {
    const { email, key, factor } = await withKey()
    const low = await logIn(email)
    const asked = await challenge(low, factor)
    auth.pass(301)
    const credential_response = key.get(asked.webauthn.credential_options.publicKey)
    const answer = await show(low, factor, asked.id, { type: 'request', credential_response })
    expect(answer.body.error_code).toBe('mfa_challenge_expired')
  })
})

describe('letting go', () => {
  it('needs the raised session; administrators see and remove it', async () => {
    auth.letters.splice(0)
    const { email, id, raised, factor } = await withKey()
    const low = (await auth.ask('POST', '/token?grant_type=password', { email, password })).body.access_token
    const path = `/factors/${factor}`
    expect((await auth.ask('DELETE', path, undefined, { token: low })).body.error_code).toBe(
      'insufficient_aal',
    )
    const as = { token: auth.serviceToken }
    const { body: list } = await auth.ask('GET', `/admin/users/${id}/factors`, undefined, as)
    expect(list).toMatchObject([{ id: factor, factor_type: 'webauthn', status: 'verified' }])
    expect((await auth.ask('DELETE', path, undefined, { token: raised.access_token })).body).toEqual({
      id: factor,
    })
    expect(auth.letters.map(({ kind }) => kind)).toContain('mfa_factor_unenrolled_notification')
    const other = await withKey()
    const removal = `/admin/users/${other.id}/factors/${other.factor}`
    expect((await auth.ask('DELETE', removal, undefined, as)).status).toBe(200)
  })
})

it('is off until somebody turns it on', async () => {
  const off = await project.auth()
  const { token } = await signUp(off)
  const refused = await off.ask('POST', '/factors', { factor_type: 'webauthn' }, { token })
  expect(refused).toMatchObject({ status: 422, body: { error_code: 'mfa_webauthn_enroll_not_enabled' } })
  const { body: factor } = await enroll(token)
  for (const step of ['challenge', 'verify'])
    expect((await off.ask('POST', `/factors/${factor.id}/${step}`, {}, { token })).body.error_code).toBe(
      'mfa_webauthn_verify_not_enabled',
    )
})
