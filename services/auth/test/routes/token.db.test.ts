// The token endpoint: passwords, refresh tokens, and every way to be refused.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    external_phone_enabled: true,
    sms_autoconfirm: true,
    rate_limit_token_refresh: 100_000,
  })
  await auth.ask('POST', '/signup', { email: 'ann@example.com', password })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0

const signUp = async (service = auth) => {
  count += 1
  const email = `user${count}@example.com`
  const { body } = await service.ask('POST', '/signup', { email, password })
  return { email, ...body }
}
const refresh = (token: string, service = auth) =>
  service.ask('POST', '/token?grant_type=refresh_token', { refresh_token: token })
const signIn = (wish: object, service = auth) => service.ask('POST', '/token?grant_type=password', wish)

describe('password', () => {
  it('answers a session', async () => {
    const { status, body, headers } = await signIn({ email: 'ANN@example.com', password })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'bearer',
      user: { email: 'ann@example.com' },
      weak_password: null,
    })
    expect(headers['sb-auth-session-id']).toBeDefined()
  })

  it('takes a phone number with signs and spaces', async () => {
    await auth.ask('POST', '/signup', { phone: '+491701111111', password })
    expect((await signIn({ phone: '+49 170 1111111', password })).body.user.phone).toBe('491701111111')
  })

  it('reports a password that would be refused today', async () => {
    const strict = await project.auth({ password_min_length: 20 })
    const { status, body } = await signIn({ email: 'ann@example.com', password }, strict)
    expect(status).toBe(200)
    expect(body.weak_password).toEqual({ message: expect.any(String), reasons: ['length'] })
  })

  it('gives one answer to a wrong password, a wrong address and an account without password', async () => {
    const { body: user } = await auth.ask(
      'POST',
      '/admin/users',
      { email: 'nopass@example.com', email_confirm: true },
      { token: auth.serviceToken },
    )
    await auth.pool.run(sql`update auth.users set encrypted_password = null where id = ${user.id}`)
    const wishes = ['ann@example.com', 'nobody@example.com', 'nopass@example.com'].map((email) => ({
      email,
      password: 'wrong',
    }))
    for (const wish of wishes) {
      expect(await signIn(wish)).toMatchObject({
        status: 400,
        body: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      })
    }
  })

  it('refuses a banned user', async () => {
    const { email, user } = await signUp()
    await auth.ask('PUT', `/admin/users/${user.id}`, { ban_duration: '1h' }, { token: auth.serviceToken })
    expect((await signIn({ email, password })).body).toMatchObject({
      error_code: 'user_banned',
      msg: 'User is banned',
    })
  })

  it.each([
    [{ email: 'a@b.co', phone: '1', password }, 400, 'validation_failed'],
    [{ password }, 400, 'validation_failed'],
    ['', 400, 'bad_json'],
    [{ email: 'a@b.co' }, 400, 'invalid_credentials'],
  ])('refuses %j', async (wish, status, code) => {
    expect(await auth.ask('POST', '/token?grant_type=password', wish)).toMatchObject({
      status,
      body: { error_code: code },
    })
  })

  it.each(['', '?grant_type=magic', '?grant_type=constructor'])('knows no grant %j', async (query) => {
    expect(await auth.ask('POST', `/token${query}`, {})).toMatchObject({
      status: 400,
      body: { error_code: 'invalid_credentials', msg: 'unsupported_grant_type' },
    })
  })
})

describe('refresh', () => {
  it('gives a child of the token in the same session', async () => {
    const session = await signUp()
    const { status, body, headers } = await refresh(session.refresh_token)
    expect(status).toBe(200)
    expect(body.refresh_token).not.toBe(session.refresh_token)
    expect(body.user.id).toBe(session.user.id)
    const rows = await auth.pool.query(sql`
      select token, parent, revoked from auth.refresh_tokens
      where session_id = ${headers['sb-auth-session-id'] ?? ''} order by id`)
    expect(rows).toEqual([
      { token: session.refresh_token, parent: '', revoked: true },
      { token: body.refresh_token, parent: session.refresh_token, revoked: false },
    ])
  })

  it('gives parallel refreshes the same token', async () => {
    const session = await signUp()
    const answers = await Promise.all(Array.from({ length: 12 }, () => refresh(session.refresh_token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  it('gives the active token again to who lost it, however late', async () => {
    const service = await project.auth({ rate_limit_token_refresh: 100_000 })
    const session = await signUp(service)
    const next = await refresh(session.refresh_token, service)
    service.pass(3600)
    const again = await refresh(session.refresh_token, service)
    expect(again.body.refresh_token).toBe(next.body.refresh_token)
  })

  it('lets an older token in within the interval', async () => {
    const first = (await signUp()).refresh_token
    const second = (await refresh(first)).body.refresh_token
    const third = (await refresh(second)).body.refresh_token
    const { status, body } = await refresh(first)
    expect(status).toBe(200)
    expect([first, second, third]).not.toContain(body.refresh_token)
  })

  it('ends the family when an older token comes after the interval', async () => {
    const service = await project.auth({ rate_limit_token_refresh: 100_000 })
    const first = (await signUp(service)).refresh_token
    const second = (await refresh(first, service)).body.refresh_token
    const third = (await refresh(second, service)).body.refresh_token
    service.pass(11)
    expect(await refresh(first, service)).toMatchObject({
      status: 400,
      body: { error_code: 'refresh_token_already_used', msg: 'Invalid Refresh Token: Already Used' },
    })
    expect((await refresh(third, service)).body.error_code).toBe('refresh_token_already_used')
  })

  it('without rotation only refuses', async () => {
    const service = await project.auth({ refresh_token_rotation_enabled: false })
    const first = (await signUp(service)).refresh_token
    const second = (await refresh(first, service)).body.refresh_token
    const third = (await refresh(second, service)).body.refresh_token
    service.pass(11)
    expect((await refresh(first, service)).body.error_code).toBe('refresh_token_already_used')
    expect((await refresh(third, service)).status).toBe(200)
  })

  it.each([
    ['', 'validation_failed', 'Refresh token is not valid'],
    ['short', 'validation_failed', 'Refresh token is not valid'],
    ['UPPERCASE123', 'validation_failed', 'Refresh token is not valid'],
    ['abcdefghijkl', 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found'],
  ])('refuses %j', async (token, code, message) => {
    expect(await refresh(token)).toMatchObject({ status: 400, body: { error_code: code, msg: message } })
  })

  it('refuses a banned user', async () => {
    const { user, refresh_token: token } = await signUp()
    await auth.ask('PUT', `/admin/users/${user.id}`, { ban_duration: '1h' }, { token: auth.serviceToken })
    expect((await refresh(token)).body.msg).toBe('Invalid Refresh Token: User Banned')
  })

  it.each([
    ['the time box', { sessions_timebox: 1 }, 'Invalid Refresh Token: Session Expired'],
    ['inactivity', { sessions_inactivity_timeout: 1 }, 'Invalid Refresh Token: Session Expired (Inactivity)'],
  ])('refuses after %s', async (_name, config, message) => {
    const service = await project.auth(config)
    const { refresh_token: token } = await signUp(service)
    service.pass(3601)
    expect(await refresh(token, service)).toMatchObject({
      status: 400,
      body: { error_code: 'session_expired', msg: message },
    })
  })

  it('keeps an active session beyond the inactivity limit', async () => {
    const service = await project.auth({ sessions_inactivity_timeout: 1, rate_limit_token_refresh: 1000 })
    let { refresh_token: token } = await signUp(service)
    for (let hours = 0; hours < 3; hours += 1) {
      service.pass(3000)
      token = (await refresh(token, service)).body.refresh_token
    }
    expect(token).toBeDefined()
  })

  it('lets only the newest session of a user go on where there may be one', async () => {
    const service = await project.auth({ sessions_single_per_user: true })
    const { email, refresh_token: old } = await signUp(service)
    service.pass(1)
    const { body: newer } = await signIn({ email, password }, service)
    expect((await refresh(old, service)).body.msg).toBe(
      'Invalid Refresh Token: Session Expired (Revoked by Newer Login)',
    )
    expect((await refresh(newer.refresh_token, service)).status).toBe(200)
  })

  it('keeps one session per user and tag where tags are named', async () => {
    const service = await project.auth({ sessions_single_per_user: true, sessions_tags: 'web, phone' })
    const { email, refresh_token: onPhone, user } = await signUp(service)
    await service.pool.run(sql`update auth.sessions set tag = 'phone' where user_id = ${user.id}`)
    service.pass(1)
    const { body: web } = await signIn({ email, password }, service)
    expect((await refresh(onPhone, service)).status).toBe(200)
    service.pass(1)
    await signIn({ email, password }, service)
    expect((await refresh(web.refresh_token, service)).body.error_code).toBe('session_expired')
  })

  it('writes where from and with what program into the audit trail', async () => {
    const session = await signUp()
    const wish = { email: session.email, password }
    await auth.ask('POST', '/token?grant_type=password', wish, { headers: { 'user-agent': 'browser/1' } })
    const row = await auth.pool.one(sql`
      select ip_address, payload ->> 'user_agent' as agent from auth.audit_log_entries
      where payload ->> 'actor_id' = ${session.user.id} and payload ->> 'action' = 'login'
      order by created_at desc limit 1`)
    expect(row).toEqual({ ip_address: '127.0.0.1', agent: 'browser/1' })
  })

  it('writes the audit trail', async () => {
    const session = await signUp()
    await refresh(session.refresh_token)
    const rows = await auth.pool.query(sql`
      select payload ->> 'action' as action, payload ->> 'log_type' as kind, payload ->> 'actor_username' as who
      from auth.audit_log_entries where payload ->> 'actor_id' = ${session.user.id} order by created_at`)
    expect(rows).toEqual(
      expect.arrayContaining([
        { action: 'user_signedup', kind: 'team', who: session.email },
        { action: 'login', kind: 'account', who: session.email },
        { action: 'token_refreshed', kind: 'token', who: session.email },
        { action: 'token_revoked', kind: 'token', who: session.email },
      ]),
    )
  })
})

it('limits one address', async () => {
  const service = await project.auth({ rate_limit_token_refresh: 150 })
  const tries = Array.from({ length: 31 }, () => refresh('x', service))
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([...Array(30).fill(400), 429])
})
