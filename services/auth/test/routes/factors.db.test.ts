// Second factors, from the secret to the raised session and back.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpCode } from '../../src/core/totp.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
let now = 0
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ external_anonymous_users_enabled: true, rate_limit_token_refresh: 100_000 })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0
/** The service's clock runs ahead of ours by what was passed. */
const pass = (seconds: number) => {
  auth.pass(seconds)
  now += seconds * 1000
}
const codeOf = (secret: string) => totpCode(secret, Date.now() + now)
const signUp = async () => {
  count += 1
  // Attempts at factors are limited: each test comes when its address may try again.
  pass(120)
  const email = `f${count}@example.com`
  const { body } = await auth.ask('POST', '/signup', { email, password })
  return {
    email,
    id: body.user.id as string,
    token: body.access_token as string,
    refresh: body.refresh_token as string,
  }
}
const enroll = (token: string, more: object = {}) =>
  auth.ask('POST', '/factors', { factor_type: 'totp', friendly_name: 'phone', ...more }, { token })
const challenge = (token: string, factor: string) =>
  auth.ask('POST', `/factors/${factor}/challenge`, {}, { token })
const show = (token: string, factor: string, challenge_id: string, code: string) =>
  auth.ask('POST', `/factors/${factor}/verify`, { challenge_id, code }, { token })
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const withFactor = async () => {
  const user = await signUp()
  const { body: factor } = await enroll(user.token)
  const { body: asked } = await challenge(user.token, factor.id)
  const { body } = await show(user.token, factor.id, asked.id, codeOf(factor.totp.secret))
  return { ...user, factor: factor.id as string, secret: factor.totp.secret as string, raised: body }
}

describe('setting up', () => {
  it('gives a secret, as text, link and picture', async () => {
    const { token, email } = await signUp()
    const { status, body } = await enroll(token)
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.any(String),
      type: 'totp',
      friendly_name: 'phone',
      totp: {
        qr_code: expect.stringContaining('<svg'),
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        uri: expect.any(String),
      },
    })
    expect(decodeURIComponent(body.totp.uri)).toContain(`localhost:3000:${email}?`)
    const me = await auth.ask('GET', '/user', undefined, { token })
    expect(me.body.factors).toMatchObject([{ id: body.id, status: 'unverified', factor_type: 'totp' }])
    expect(JSON.stringify(me.body)).not.toContain(body.totp.secret)
  })

  it('counts when a code was shown: aal2, new tokens, other sessions end', async () => {
    const user = await signUp()
    const other = await auth.ask('POST', '/token?grant_type=password', { email: user.email, password })
    const { body: factor } = await enroll(user.token)
    const { body: asked } = await challenge(user.token, factor.id)
    expect(asked).toMatchObject({ type: 'totp', expires_at: expect.any(Number) })
    const { status, body } = await show(user.token, factor.id, asked.id, codeOf(factor.totp.secret))
    expect(status).toBe(200)
    const claims = claimsOf(body.access_token)
    expect(claims).toMatchObject({ aal: 'aal2', session_id: claimsOf(user.token).session_id })
    expect(claims.amr.map(({ method }: { method: string }) => method).sort()).toEqual(['password', 'totp'])
    expect(body.user.factors[0].status).toBe('verified')
    expect((await auth.ask('GET', '/user', undefined, { token: other.body.access_token })).status).toBe(403)
    const next = await auth.ask('POST', '/token?grant_type=refresh_token', {
      refresh_token: body.refresh_token,
    })
    expect(claimsOf(next.body.access_token).aal).toBe('aal2')
  })

  it.each([
    [{ factor_type: 'sms' }, 400, 'validation_failed'],
    [{ factor_type: 'phone' }, 422, 'mfa_phone_enroll_not_enabled'],
    [{ factor_type: 'webauthn' }, 422, 'mfa_webauthn_enroll_not_enabled'],
  ])('refuses %j', async (wish, status, code) => {
    const { token } = await signUp()
    expect(await enroll(token, wish)).toMatchObject({ status, body: { error_code: code } })
  })

  it('wants different names, not too many, and aal2 for another one', async () => {
    const { token } = await signUp()
    await enroll(token)
    expect((await enroll(token)).body.error_code).toBe('mfa_factor_name_conflict')
    for (let index = 1; index < 10; index += 1) await enroll(token, { friendly_name: `n${index}` })
    expect((await enroll(token, { friendly_name: 'n10' })).body.error_code).toBe(
      'too_many_enrolled_mfa_factors',
    )
    const { email } = await withFactor()
    const low = await auth.ask('POST', '/token?grant_type=password', { email, password })
    const answer = await enroll(low.body.access_token, { friendly_name: 'second' })
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'insufficient_aal' } })
  })

  it('forgets what was begun and never asked for', async () => {
    const { token } = await signUp()
    const { body: first } = await enroll(token)
    pass(301)
    const { body: second } = await enroll(token)
    const me = await auth.ask('GET', '/user', undefined, { token })
    expect(me.body.factors.map(({ id }: { id: string }) => id)).toEqual([second.id])
    expect(first.id).not.toBe(second.id)
  })

  it('is not for anonymous users', async () => {
    const { body } = await auth.ask('POST', '/signup', {})
    expect(await enroll(body.access_token)).toMatchObject({
      status: 403,
      body: { error_code: 'no_authorization' },
    })
  })
})

describe('what does not raise a session', () => {
  it('a wrong code, an answered, old or foreign challenge', async () => {
    const user = await signUp()
    const { body: factor } = await enroll(user.token)
    const { body: first } = await challenge(user.token, factor.id)
    const wrong = codeOf(factor.totp.secret) === '000000' ? '111111' : '000000'
    expect((await show(user.token, factor.id, first.id, wrong)).body).toMatchObject({
      code: 422,
      error_code: 'mfa_verification_failed',
      msg: 'Invalid TOTP code entered',
    })
    expect((await show(user.token, factor.id, first.id, '')).body.error_code).toBe('validation_failed')
    expect((await show(user.token, factor.id, 'x', '123456')).body.error_code).toBe('mfa_factor_not_found')

    const other = await signUp()
    expect((await challenge(other.token, factor.id)).body.error_code).toBe('mfa_factor_not_found')
    const { body: foreign } = await enroll(other.token)
    const { body: theirs } = await challenge(other.token, foreign.id)
    const mine = await show(user.token, factor.id, theirs.id, codeOf(factor.totp.secret))
    expect(mine.body.error_code).toBe('mfa_factor_not_found')

    const { body: old } = await challenge(user.token, factor.id)
    pass(301)
    const late = await show(user.token, factor.id, old.id, codeOf(factor.totp.secret))
    expect(late.body.error_code).toBe('mfa_challenge_expired')

    const { body: asked } = await challenge(user.token, factor.id)
    expect((await show(user.token, factor.id, asked.id, codeOf(factor.totp.secret))).status).toBe(200)
    const again = await show(user.token, factor.id, asked.id, codeOf(factor.totp.secret))
    expect(again.body.error_code).toBe('mfa_ip_address_mismatch')
  })

  it('one of two answers at the same moment', async () => {
    const user = await signUp()
    const { body: factor } = await enroll(user.token)
    const { body: asked } = await challenge(user.token, factor.id)
    const code = codeOf(factor.totp.secret)
    const both = await Promise.all([1, 2].map(() => show(user.token, factor.id, asked.id, code)))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
  })

  it('an id that is none', async () => {
    const { token } = await signUp()
    expect(await challenge(token, 'x')).toMatchObject({
      status: 404,
      body: { msg: 'factor_id must be an UUID' },
    })
  })
})

describe('with a factor', () => {
  it('delicate changes want aal2', async () => {
    const { email, raised } = await withFactor()
    const low = await auth.ask('POST', '/token?grant_type=password', { email, password })
    const change = { password: 'battery staple' }
    expect(await auth.ask('PUT', '/user', change, { token: low.body.access_token })).toMatchObject({
      status: 401,
      body: { error_code: 'insufficient_aal' },
    })
    expect((await auth.ask('PUT', '/user', change, { token: raised.access_token })).status).toBe(200)
  })

  it('its owner removes it at aal2, and the session stands lower again', async () => {
    const { email, factor, raised } = await withFactor()
    const low = await auth.ask('POST', '/token?grant_type=password', { email, password })
    const refused = await auth.ask('DELETE', `/factors/${factor}`, undefined, {
      token: low.body.access_token,
    })
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'insufficient_aal' } })
    const removed = await auth.ask('DELETE', `/factors/${factor}`, undefined, { token: raised.access_token })
    expect(removed).toMatchObject({ status: 200, body: { id: factor } })
    const next = await auth.ask('POST', '/token?grant_type=refresh_token', {
      refresh_token: raised.refresh_token,
    })
    expect(claimsOf(next.body.access_token).aal).toBe('aal1')
  })

  it('administrators see, rename and remove it', async () => {
    const { id, factor } = await withFactor()
    const admin = (method: string, path: string, body?: object) =>
      auth.ask(method, `/admin/users/${id}/factors${path}`, body, { token: auth.serviceToken })
    expect((await admin('GET', '')).body).toMatchObject([
      { id: factor, friendly_name: 'phone', status: 'verified' },
    ])
    expect((await admin('PUT', `/${factor}`, { friendly_name: 'old phone' })).body.friendly_name).toBe(
      'old phone',
    )
    expect((await admin('DELETE', `/${factor}`)).body.id).toBe(factor)
    expect((await admin('GET', '')).body).toEqual([])
    expect((await admin('DELETE', `/${factor}`)).body.error_code).toBe('mfa_factor_not_found')
  })
})

describe('identities', () => {
  it('are unlinked while another one is left', async () => {
    const linking = await project.auth({
      security_manual_linking_enabled: true,
      external_phone_enabled: true,
      sms_autoconfirm: true,
    })
    const { body } = await linking.ask('POST', '/signup', { email: 'id@example.com', password })
    const token = body.access_token
    const remove = (id: string) => linking.ask('DELETE', `/user/identities/${id}`, undefined, { token })
    const [email] = body.user.identities
    expect((await remove(email.identity_id)).body.error_code).toBe('single_identity_not_deletable')
    await linking.ask('PUT', '/user', { phone: '+4915122' }, { token })
    expect((await remove('11111111-1111-4111-8111-111111111111')).body.error_code).toBe('identity_not_found')
    expect((await remove('x')).body).toMatchObject({ code: 404, error_code: 'validation_failed' })
    expect((await remove(email.identity_id)).status).toBe(200)
    const me = await linking.ask('GET', '/user', undefined, { token })
    expect(me.body).toMatchObject({
      email: '',
      phone: '4915122',
      app_metadata: { provider: 'phone', providers: ['phone'] },
    })
    expect(me.body).not.toHaveProperty('email_confirmed_at')
  })

  it('stay where linking is off', async () => {
    const { token } = await signUp()
    const answer = await auth.ask('DELETE', '/user/identities/x', undefined, { token })
    expect(answer).toMatchObject({ status: 404, body: { error_code: 'manual_linking_disabled' } })
  })
})

describe('the audit trail', () => {
  const read = (query: string) =>
    auth.ask('GET', `/admin/audit${query}`, undefined, { token: auth.serviceToken })

  it('is read in pages and by author, action and kind', async () => {
    const { email } = await signUp()
    const { body, headers } = await read(`?query=author:${email}`)
    expect(body.map(({ payload }: { payload: { action: string } }) => payload.action).sort()).toEqual([
      'login',
      'user_signedup',
    ])
    expect(headers['x-total-count']).toBe('2')
    const challenges = await read('?query=type:factor&per_page=1')
    expect(challenges.body).toHaveLength(1)
    expect(challenges.body[0]).toMatchObject({
      id: expect.any(String),
      ip_address: '127.0.0.1',
      payload: { log_type: 'factor' },
    })
    const rows = await auth.pool.query(
      sql`select 1 from auth.audit_log_entries where payload ->> 'log_type' = 'factor'`,
    )
    expect(challenges.headers['x-total-count']).toBe(String(rows.length))
  })

  it.each(['?query=password:x', '?query=author'])('refuses %s', async (query) => {
    expect(await read(query)).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
  })
})
