// Letters within longer ways: a new address, PKCE, where links lead, what administrators send.

import { createHash } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, letterConfig, letterSteps, password } from '../letter-steps.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth(letterConfig)
})
afterAll(() => project.drop())

const { newEmail, lastLetter, follow, enter, confirmed } = letterSteps(() => auth)

describe('a new address', () => {
  it('counts when both have agreed', async () => {
    const { email, token } = await confirmed()
    const next = newEmail()
    await auth.ask('PUT', '/user', { email: next }, { token })
    const [first, second] = [lastLetter(email), lastLetter(next)]
    expect(await enter({ type: 'email_change', email, token: first.code })).toMatchObject({
      status: 200,
      body: {
        code: '200',
        msg: 'Confirmation link accepted. Please proceed to confirm link sent to the other email',
      },
    })
    const again = await enter({ type: 'email_change', email, token: first.code })
    expect(again.body.error_code).toBe('otp_expired')
    const { headers } = await follow(second.link)
    const session = fragmentOf(headers['location'])
    const { body } = await auth.ask('GET', '/user', undefined, { token: session['access_token'] ?? '' })
    expect(body).toMatchObject({ email: next, identities: [{ email: next }] })
    expect(body).not.toHaveProperty('new_email')
  })

  it('counts at once when one is enough', async () => {
    const service = await project.auth({
      mailer_autoconfirm: false,
      mailer_secure_email_change_enabled: false,
    })
    const { token } = await confirmed(service)
    const next = newEmail()
    await service.ask('PUT', '/user', { email: next }, { token })
    const { body } = await enter(
      { type: 'email_change', email: next, token: lastLetter(next, service).code },
      service,
    )
    expect(body.user.email).toBe(next)
  })

  it('of a phone', async () => {
    const { token } = await confirmed()
    await auth.ask('PUT', '/user', { phone: '+4915177' }, { token })
    const { body } = await enter({
      type: 'phone_change',
      phone: '4915177',
      token: lastLetter('4915177').code,
    })
    expect(body.user).toMatchObject({ phone: '4915177', app_metadata: { providers: ['email', 'phone'] } })
  })
})

describe('PKCE', () => {
  const verifier = 'v'.repeat(50)
  const challenge = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 's256',
  }
  const start = async (service = auth) => {
    const { email, id } = await confirmed(service)
    await service.ask(
      'POST',
      '/otp',
      { email, ...challenge },
      { headers: { redirect_to: 'myapp://callback' } },
    )
    const { headers } = await follow(lastLetter(email, service).link, service)
    const location = headers['location'] ?? ''
    return { id, location, code: new URL(location).searchParams.get('code') ?? '' }
  }
  const trade = (auth_code: string, code_verifier = verifier, service = auth) =>
    service.ask('POST', '/token?grant_type=pkce', { auth_code, code_verifier })

  it('ends in a code, and the code in a session', async () => {
    const { id, location, code } = await start()
    expect(location).toMatch(/^myapp:\/\/callback\?code=[0-9a-f-]{36}$/)
    const { status, body } = await trade(code)
    expect(status).toBe(200)
    expect(body.user.id).toBe(id)
  })

  it('takes a code once, with its verifier, in time', async () => {
    const { code } = await start()
    expect((await trade(code, 'w'.repeat(50))).body.error_code).toBe('bad_code_verifier')
    expect((await trade(code)).status).toBe(200)
    expect(await trade(code)).toMatchObject({ status: 404, body: { error_code: 'flow_state_not_found' } })
    expect((await trade('')).body.error_code).toBe('validation_failed')
    const late = await start()
    auth.pass(301)
    expect(await trade(late.code)).toMatchObject({ status: 422, body: { error_code: 'flow_state_expired' } })
  })

  it('gives one of many at the same moment a session', async () => {
    const { code } = await start()
    const answers = await Promise.all([1, 2, 3].map(() => trade(code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
  })

  it('confirms a sign-up; a wrong link says so in query and fragment', async () => {
    const email = newEmail()
    await auth.ask('POST', '/signup', { email, password, ...challenge })
    const { link } = lastLetter(email)
    const { headers } = await follow(link)
    const code = new URL(headers['location'] ?? '').searchParams.get('code') ?? ''
    expect((await trade(code)).body.user.email).toBe(email)
    const used = new URL((await follow(link)).headers['location'] ?? '')
    expect(used.searchParams.get('error_code')).toBe('otp_expired')
    expect(used.hash).toContain('error_code=otp_expired')
  })
})

describe('where links lead', () => {
  it('to addresses with any letters', async () => {
    const email = newEmail()
    const wish = 'https://app.example.com/grüße'
    await auth.ask('POST', `/signup?redirect_to=${encodeURIComponent(wish)}`, { email, password })
    const { status, headers } = await follow(lastLetter(email).link)
    expect(status).toBe(303)
    expect(headers['location']).toMatch(/^https:\/\/app\.example\.com\/gr%C3%BC%C3%9Fe#access_token=/)
  })

  it.each([
    ['https://app.example.com/welcome?x=1', true],
    ['https://a.preview.example.com/deep/path', true],
    ['myapp://callback', true],
    ['https://evil.example.org/', false],
    ['https://app.example.com.evil.org/', false],
    ['javascript:alert(1)', false],
    ['http://app.example.com/', false],
  ])('%s', async (wish, isAllowed) => {
    const email = newEmail()
    await auth.ask('POST', `/signup?redirect_to=${encodeURIComponent(wish)}`, { email, password })
    const link = new URL(lastLetter(email).link)
    expect(link.searchParams.get('redirect_to')).toBe(isAllowed ? wish : 'https://app.example.com')
  })
})

describe('reauthentication', () => {
  it('lets an old session change the password', async () => {
    const settings = { mailer_autoconfirm: false, jwt_exp: 604_800 }
    const service = await project.auth({
      ...settings,
      security_update_password_require_reauthentication: true,
    })
    const { email, token } = await confirmed(service)
    service.pass(25 * 3600)
    expect((await service.ask('GET', '/reauthenticate', undefined, { token })).body).toEqual({})
    const nonce = lastLetter(email, service).code
    const change = { password: 'battery staple', nonce }
    expect((await service.ask('PUT', '/user', change, { token })).status).toBe(200)
    const again = await service.ask('PUT', '/user', { ...change, password: 'other one' }, { token })
    expect(again.body.error_code).toBe('reauthentication_not_valid')
  })
})

describe('administrators', () => {
  const admin = (path: string, body: object) => auth.ask('POST', path, body, { token: auth.serviceToken })

  it('invite', async () => {
    const email = newEmail()
    const { status, body } = await admin('/invite', { email, data: { team: 'a' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ email, invited_at: expect.any(String), user_metadata: { team: 'a' } })
    expect((await enter({ type: 'invite', email, token: lastLetter(email).code })).status).toBe(200)
    expect((await admin('/invite', { email })).body.error_code).toBe('email_exists')
    expect((await auth.ask('POST', '/invite', { email }, { token: auth.anonToken })).status).toBe(403)
  })

  it.each([
    ['signup', { password }, 'signup', 'signup'],
    ['invite', {}, 'invite', 'invite'],
    ['magiclink', {}, 'signup', 'signup'],
  ])('make links for new people: %s', async (type, more, verification, link) => {
    const email = newEmail()
    const { status, body } = await admin('/admin/generate_link', { type, email, ...more })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      email,
      verification_type: verification,
      redirect_to: 'https://app.example.com',
    })
    const url = new URL(body.action_link)
    expect(url.searchParams.get('token')).toBe(body.hashed_token)
    expect(url.searchParams.get('type')).toBe(link)
    expect((await enter({ type: verification, email, token: body.email_otp })).status).toBe(200)
  })

  it.each(['magiclink', 'recovery'])('make links for people who have an account: %s', async (type) => {
    const { email, id } = await confirmed()
    const { body } = await admin('/admin/generate_link', { type, email })
    expect((await enter({ type, token_hash: body.hashed_token })).body.user.id).toBe(id)
  })

  it('make links that change an address', async () => {
    const { email } = await confirmed()
    const next = newEmail()
    const wish = { email, new_email: next }
    const current = await admin('/admin/generate_link', { type: 'email_change_current', ...wish })
    const fresh = await admin('/admin/generate_link', { type: 'email_change_new', ...wish })
    expect((await follow(current.body.action_link)).headers['location']).toContain('message=')
    await follow(fresh.body.action_link)
    const rows = await auth.pool.query(sql`select 1 from auth.users where email = ${next}`)
    expect(rows).toHaveLength(1)
  })

  it.each([
    [{ type: 'recovery', email: 'nobody@example.com' }, 404, 'user_not_found'],
    [{ type: 'other', email: 'a@b.co' }, 400, 'validation_failed'],
    [{ type: 'signup', email: 'nobody@example.com' }, 400, 'validation_failed'],
    [{ type: 'signup', email: 'nobody@example.com', password: 'x' }, 422, 'weak_password'],
  ])('are refused %j', async (wish, status, code) => {
    expect(await admin('/admin/generate_link', wish)).toMatchObject({ status, body: { error_code: code } })
  })
})

it('keeps letters in the inbox of the project while no mail server is set', async () => {
  const service = await project.auth({ mailer_autoconfirm: false }, { inbox: true })
  const email = newEmail()
  await service.ask('POST', '/signup', { email, password })
  const { body } = await service.ask('GET', `/admin/inbox?to=${email}`, undefined, {
    token: service.serviceToken,
  })
  expect(body.letters).toMatchObject([{ kind: 'confirmation', recipient: email }])
  expect((await enter({ type: 'signup', email, token: body.letters[0].code }, service)).status).toBe(200)
})

it('limits the mails of the whole project', async () => {
  const service = await project.auth({ mailer_autoconfirm: false, rate_limit_email_sent: 1 })
  await service.ask('POST', '/signup', { email: newEmail(), password })
  expect(await service.ask('POST', '/signup', { email: newEmail(), password })).toMatchObject({
    status: 429,
    body: { error_code: 'over_email_send_rate_limit', msg: 'email rate limit exceeded' },
  })
})
