// One's own account: who is let in, what may be changed, and what that ends.

import { signHs256 } from '@plinth/crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    external_anonymous_users_enabled: true,
    external_phone_enabled: true,
    sms_autoconfirm: true,
  })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0
const signUp = async (more: object = {}) => {
  count += 1
  const email = `me${count}@example.com`
  const { body } = await auth.ask('POST', '/signup', { email, password, ...more })
  return {
    email,
    token: body.access_token as string,
    refresh: body.refresh_token as string,
    id: body.user.id as string,
  }
}
const change = (token: string, changes: object, service = auth) =>
  service.ask('PUT', '/user', changes, { token })

const secret = 'a-test-secret-of-more-than-thirty-two-characters'
const someone = '11111111-1111-4111-8111-111111111111'
const sign = (claims: object) => signHs256(secret, { aud: 'authenticated', exp: 4_000_000_000, ...claims })

describe('the door', () => {
  it.each([
    ['no token', {}, 401, 'no_authorization', 'This endpoint requires a valid Bearer token'],
    ['another scheme', { authorization: 'Basic eDp5' }, 401, 'no_authorization', undefined],
    [
      'no JWT',
      { authorization: 'Bearer x' },
      403,
      'bad_jwt',
      'invalid JWT: unable to parse or verify signature, token is malformed',
    ],
    [
      'another secret',
      { authorization: `Bearer ${signHs256('x'.repeat(32), { sub: someone })}` },
      403,
      'bad_jwt',
      undefined,
    ],
    [
      'an old token',
      { authorization: `Bearer ${sign({ sub: someone, exp: 1000 })}` },
      403,
      'bad_jwt',
      'invalid JWT: unable to parse or verify signature, token has invalid claims: token is expired',
    ],
    [
      'no subject',
      { authorization: `Bearer ${sign({ role: 'anon' })}` },
      403,
      'bad_jwt',
      'invalid claim: missing sub claim',
    ],
    [
      'a strange subject',
      { authorization: `Bearer ${sign({ sub: 'me' })}` },
      400,
      'bad_jwt',
      'invalid claim: sub claim must be a UUID',
    ],
    [
      'an unknown subject',
      { authorization: `Bearer ${sign({ sub: someone })}` },
      403,
      'user_not_found',
      'User from sub claim in JWT does not exist',
    ],
  ])('%s', async (...[, headers, status, code, message]) => {
    const answer = await auth.ask('GET', '/user', undefined, { headers: headers as Record<string, string> })
    expect(answer).toMatchObject({ status, body: { error_code: code } })
    if (message !== undefined) expect(answer.body.msg).toBe(message)
  })

  it('refuses the session of somebody else', async () => {
    const [ann, bob] = [await signUp(), await signUp()]
    const { session_id } = await auth.pool.one<{ session_id: string }>(sql`
      select id as session_id from auth.sessions where user_id = ${bob.id}`)
    const answer = await auth.ask('GET', '/user', undefined, { token: sign({ sub: ann.id, session_id }) })
    expect(answer.body.error_code).toBe('session_not_found')
  })

  it('refuses a banned user at once', async () => {
    const { id, token } = await signUp()
    await auth.ask('PUT', `/admin/users/${id}`, { ban_duration: '24h' }, { token: auth.serviceToken })
    expect(await auth.ask('GET', '/user', undefined, { token })).toMatchObject({
      status: 403,
      body: { error_code: 'user_banned' },
    })
    await auth.ask('PUT', `/admin/users/${id}`, { ban_duration: 'none' }, { token: auth.serviceToken })
    expect((await auth.ask('GET', '/user', undefined, { token })).status).toBe(200)
  })

  it('wants the audience that the token has', async () => {
    const { token } = await signUp()
    const answer = await auth.ask('GET', '/user', undefined, { token, headers: { 'x-jwt-aud': 'other' } })
    expect(answer.body.msg).toBe("Token audience doesn't match request audience")
  })
})

describe('changes', () => {
  it('merges data; null removes a key', async () => {
    const { token } = await signUp({ data: { a: 1, b: 2 } })
    const { body } = await change(token, { data: { b: null, c: { d: [1] } } })
    expect(body.user_metadata).toMatchObject({ a: 1, c: { d: [1] } })
    expect(body.user_metadata).not.toHaveProperty('b')
  })

  it('changes the password, keeps this session and ends the others', async () => {
    const { email, token } = await signUp()
    const other = await auth.ask('POST', '/token?grant_type=password', { email, password })
    expect((await change(token, { password: 'battery staple' })).status).toBe(200)
    expect((await auth.ask('GET', '/user', undefined, { token })).status).toBe(200)
    const ended = await auth.ask('GET', '/user', undefined, { token: other.body.access_token })
    expect(ended.body.error_code).toBe('session_not_found')
    const again = { email, password: 'battery staple' }
    expect((await auth.ask('POST', '/token?grant_type=password', again)).status).toBe(200)
  })

  it('waits for the confirmation of a new address', async () => {
    const { email, token } = await signUp()
    const { body } = await change(token, { email: 'New@Example.com' })
    expect(body).toMatchObject({
      email,
      new_email: 'new@example.com',
      email_change_sent_at: expect.any(String),
    })
    expect(
      auth.letters
        .filter(({ kind }) => kind === 'email_change')
        .map(({ to }) => to)
        .sort(),
    ).toEqual([email, 'new@example.com'].sort())
  })

  it('changes a phone number at once where that is configured', async () => {
    const { token } = await signUp()
    const { body } = await change(token, { phone: '+4915112345' })
    expect(body).toMatchObject({ phone: '4915112345', phone_confirmed_at: expect.any(String) })
    expect(body.identities.map(({ provider }: { provider: string }) => provider)).toEqual(['email', 'phone'])
  })

  it('makes an anonymous user a named one', async () => {
    const { body: anonymous } = await auth.ask('POST', '/signup', {})
    const token = anonymous.access_token
    expect(await change(token, { password })).toMatchObject({
      status: 422,
      body: { error_code: 'validation_failed' },
    })
    const { body } = await change(token, { email: 'named@example.com', password })
    expect(body).toMatchObject({ id: anonymous.user.id, email: 'named@example.com', is_anonymous: false })
    const wish = { email: 'named@example.com', password }
    expect((await auth.ask('POST', '/token?grant_type=password', wish)).body.user.id).toBe(anonymous.user.id)
  })

  it.each([
    [{ password: '12345' }, 422, 'weak_password'],
    [{ password }, 422, 'same_password'],
    [{ email: 'x' }, 400, 'validation_failed'],
    [{ phone: 'x' }, 400, 'validation_failed'],
    [{ email: 'taken@example.com' }, 422, 'email_exists'],
    [{ app_metadata: { admin: true } }, 403, 'not_admin'],
    [{ email: 'pkce@example.com', code_challenge: 'x' }, 400, 'validation_failed'],
    ['', 400, 'bad_json'],
  ])('refuses %j', async (changes, status, code) => {
    await auth.ask('POST', '/signup', { email: 'taken@example.com', password })
    const { token } = await signUp()
    expect(await auth.ask('PUT', '/user', changes, { token })).toMatchObject({
      status,
      body: { error_code: code },
    })
  })

  it('asks for a code or the old password where that is configured', async () => {
    const cautious = await project.auth({ security_update_password_require_reauthentication: true })
    const { token } = await signUp()
    cautious.pass(25 * 3600)
    await project.admin.run(sql`select 1`)
    const fresh = await cautious.ask('POST', '/signup', { email: 'cautious@example.com', password })
    expect((await change(fresh.body.access_token, { password: 'battery staple' }, cautious)).status).toBe(200)
    const old = await project.auth({
      security_update_password_require_reauthentication: true,
      jwt_exp: 604_800,
    })
    const session = await old.ask('POST', '/signup', { email: 'cautious2@example.com', password })
    old.pass(25 * 3600)
    expect(
      (await change(session.body.access_token, { password: 'battery staple' }, old)).body.error_code,
    ).toBe('reauthentication_needed')
    const wrong = { password: 'battery staple', nonce: '000000' }
    expect((await change(session.body.access_token, wrong, old)).body.error_code).toBe(
      'reauthentication_not_valid',
    )

    const strict = await project.auth({ security_update_password_require_current_password: true })
    expect((await change(token, { password: 'other password' }, strict)).body.error_code).toBe(
      'current_password_required',
    )
    const bad = { password: 'other password', current_password: 'no' }
    expect((await change(token, bad, strict)).body.error_code).toBe('current_password_invalid')
    const good = { password: 'other password', current_password: password }
    expect((await change(token, good, strict)).status).toBe(200)
  })
})

describe('signing out', () => {
  it.each([
    ['', [false, false]],
    ['?scope=global', [false, false]],
    ['?scope=local', [false, true]],
    ['?scope=others', [true, false]],
  ])('%s', async (query, left) => {
    const first = await signUp()
    const { body } = await auth.ask('POST', '/token?grant_type=password', { email: first.email, password })
    const answer = await auth.ask('POST', `/logout${query}`, undefined, { token: first.token })
    expect(answer).toMatchObject({ status: 204, body: '' })
    for (const [index, token] of [first.token, body.access_token].entries()) {
      const { status, body: me } = await auth.ask('GET', '/user', undefined, { token })
      if (left[index]) expect(status).toBe(200)
      else expect(me).toMatchObject({ code: 403, error_code: 'session_not_found' })
    }
  })

  it('refuses another scope', async () => {
    const { token } = await signUp()
    expect((await auth.ask('POST', '/logout?scope=all', undefined, { token })).body.msg).toBe(
      'Unsupported logout scope "all"',
    )
  })
})
