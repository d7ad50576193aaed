// Codes and links from the letter to the session: every kind, both ways, once, in time, and in the right flow.

import { createHash } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Letter } from '../../src/index.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    mailer_autoconfirm: false,
    external_phone_enabled: true,
    rate_limit_email_sent: 100_000,
    site_url: 'https://app.example.com',
    uri_allow_list: 'https://*.preview.example.com/**, myapp://callback',
  })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0
const newEmail = () => {
  count += 1
  return `v${count}@example.com`
}
const lastLetter = (to: string, service = auth): Letter => {
  const letter = service.letters.findLast((one) => one.to === to)
  if (letter === undefined) throw new Error(`no letter to ${to}`)
  return letter
}
const follow = (link: string, service = auth) => service.ask('GET', `/verify${new URL(link).search}`)
const enter = (entry: object, service = auth) => service.ask('POST', '/verify', entry)
const fragmentOf = (location = '') => Object.fromEntries(new URLSearchParams(location.split('#')[1] ?? ''))
const signUp = async (service = auth) => {
  const email = newEmail()
  const { body } = await service.ask('POST', '/signup', { email, password })
  return { email, id: body.id as string }
}
const confirmed = async (service = auth) => {
  const { email, id } = await signUp(service)
  const { body } = await enter({ type: 'signup', email, token: lastLetter(email, service).code }, service)
  service.pass(61)
  return { email, id, token: body.access_token as string }
}

describe('confirming a sign-up', () => {
  it('by link: a session in the fragment of the site', async () => {
    const { email } = await signUp()
    const answer = await follow(lastLetter(email).link)
    expect(answer.status).toBe(303)
    const [base] = (answer.headers['location'] ?? '').split('#')
    expect(base).toBe('https://app.example.com')
    expect(Object.keys(fragmentOf(answer.headers['location']))).toEqual([
      'access_token',
      'expires_at',
      'expires_in',
      'refresh_token',
      'sb',
      'token_type',
      'type',
    ])
    const token = fragmentOf(answer.headers['location'])['access_token'] ?? ''
    const { body } = await auth.ask('GET', '/user', undefined, { token })
    expect(body).toMatchObject({
      email,
      email_confirmed_at: expect.any(String),
      user_metadata: { email_verified: true },
    })
    expect(body.identities[0].identity_data.email_verified).toBe(true)
  })

  it.each(['signup', 'email'])('by code, as %s', async (type) => {
    const { email } = await signUp()
    const { status, body } = await enter({ type, email: email.toUpperCase(), token: lastLetter(email).code })
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'bearer', user: { email } })
    const [amr] = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString()).amr
    expect(amr.method).toBe('otp')
  })

  it('by digest, for servers', async () => {
    const { email } = await signUp()
    const hash = new URL(lastLetter(email).link).searchParams.get('token')
    expect((await enter({ type: 'email', token_hash: hash })).status).toBe(200)
    const stored = createHash('sha224')
      .update(email + lastLetter(email).code)
      .digest('hex')
    expect(hash).toBe(stored)
  })
})

describe('what does not sign in', () => {
  const expectRefused = async (email: string, entry: object, service = auth) => {
    expect(await enter({ email, ...entry }, service)).toMatchObject({
      status: 403,
      body: { error_code: 'otp_expired', msg: 'Token has expired or is invalid' },
    })
  }

  it('a used code, by either way', async () => {
    const { email } = await signUp()
    const { code, link } = lastLetter(email)
    expect((await enter({ type: 'signup', email, token: code })).status).toBe(200)
    await expectRefused(email, { type: 'signup', token: code })
    const { headers } = await follow(link)
    expect(fragmentOf(headers['location'])).toEqual({
      error: 'access_denied',
      error_code: 'otp_expired',
      error_description: 'Email link is invalid or has expired',
      sb: '',
    })
  })

  it('one of two at the same moment', async () => {
    const { email } = await signUp()
    const { code } = lastLetter(email)
    const both = await Promise.all([1, 2, 3].map(() => enter({ type: 'signup', email, token: code })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  it('an old code', async () => {
    const service = await project.auth({ mailer_autoconfirm: false, mailer_otp_exp: 600 })
    const { email } = await signUp(service)
    const { code, link } = lastLetter(email, service)
    service.pass(601)
    await expectRefused(email, { type: 'signup', token: code }, service)
    expect(fragmentOf((await follow(link, service)).headers['location'])['error_code']).toBe('otp_expired')
  })

  it('a code that a newer one replaced, of somebody else, or of another flow', async () => {
    const { email } = await signUp()
    const old = lastLetter(email).code
    auth.pass(61)
    await auth.ask('POST', '/resend', { type: 'signup', email })
    const next = lastLetter(email).code
    if (old !== next) await expectRefused(email, { type: 'signup', token: old })
    const other = await signUp()
    await expectRefused(other.email, { type: 'signup', token: next })
    await expectRefused(email, { type: 'recovery', token: next })
    await expectRefused(email, { type: 'email_change', token: next })
    await expectRefused('nobody@example.com', { type: 'signup', token: next })
    expect((await enter({ type: 'signup', email, token: next })).status).toBe(200)
  })

  it('a code of a banned user', async () => {
    const { email, id } = await signUp()
    await auth.ask('PUT', `/admin/users/${id}`, { ban_duration: '1h' }, { token: auth.serviceToken })
    const answer = await enter({ type: 'signup', email, token: lastLetter(email).code })
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'user_banned' } })
  })

  it.each([
    [{}, 400, 'validation_failed', 'Verify requires a verification type'],
    [{ type: 'signup' }, 400, 'validation_failed', 'Verify requires either a token or a token hash'],
    [
      { type: 'signup', token: 'x', token_hash: 'y' },
      400,
      'validation_failed',
      'Verify requires either a token or a token hash',
    ],
    [
      { type: 'signup', token: 'x' },
      400,
      'validation_failed',
      'Only an email address or phone number should be provided on verify',
    ],
    [{ type: 'signup', token: 'x', email: 'x' }, 422, 'validation_failed', 'Invalid email format'],
    [
      { type: 'signup', token_hash: 'x', email: 'a@b.co' },
      400,
      'validation_failed',
      'Only the token_hash and type should be provided',
    ],
    [{ type: 'other', token_hash: 'x' }, 400, 'validation_failed', 'Invalid email verification type'],
    [{ type: 'signup', token_hash: 'x' }, 403, 'otp_expired', 'Email link is invalid or has expired'],
  ])('%j', async (entry, status, code, message) => {
    expect(await enter(entry)).toMatchObject({ status, body: { error_code: code, msg: message } })
  })
})

describe('signing in without a password', () => {
  it('sends a link and a code to who has an account', async () => {
    const { email, id } = await confirmed()
    expect(await auth.ask('POST', '/otp', { email })).toMatchObject({ status: 200, body: {} })
    const letter = lastLetter(email)
    expect(letter.kind).toBe('magic_link')
    expect((await enter({ type: 'magiclink', email, token: letter.code })).body.user.id).toBe(id)
  })

  it('makes an account for who has none', async () => {
    const email = newEmail()
    expect((await auth.ask('POST', '/otp', { email, data: { a: 1 } })).body).toEqual({})
    expect(lastLetter(email).kind).toBe('confirmation')
    const { body } = await enter({ type: 'email', email, token: lastLetter(email).code })
    expect(body.user).toMatchObject({ email, user_metadata: { a: 1 } })
  })

  it('makes none when that was not asked for', async () => {
    expect(await auth.ask('POST', '/otp', { email: newEmail(), create_user: false })).toMatchObject({
      status: 422,
      body: { error_code: 'otp_disabled', msg: 'Signups not allowed for otp' },
    })
  })

  it('with autoconfirm sends the link at once', async () => {
    const service = await project.auth()
    const email = newEmail()
    await service.ask('POST', '/magiclink', { email })
    expect(lastLetter(email, service).kind).toBe('magic_link')
    const entry = { type: 'email', email, token: lastLetter(email, service).code }
    expect((await enter(entry, service)).status).toBe(200)
  })

  it('by phone, with a test number too', async () => {
    const service = await project.auth({ external_phone_enabled: true, sms_test_otp: '4915100=123456' })
    expect((await service.ask('POST', '/otp', { phone: '+4915199' })).status).toBe(200)
    const { code } = lastLetter('4915199', service)
    expect((await enter({ type: 'sms', phone: '+4915199', token: code }, service)).body.user.phone).toBe(
      '4915199',
    )
    await service.ask('POST', '/otp', { phone: '+4915100' })
    expect(service.letters.find(({ to }) => to === '4915100')).toBeUndefined()
    expect((await enter({ type: 'sms', phone: '4915100', token: '123456' }, service)).status).toBe(200)
  })

  it.each([
    [{}, 400, 'validation_failed'],
    [{ email: 'a@b.co', phone: '1' }, 400, 'validation_failed'],
    [{ email: 'a@b.co', channel: 'sms' }, 400, 'validation_failed'],
    [{ email: 'x' }, 400, 'validation_failed'],
  ])('refuses %j', async (wish, status, code) => {
    expect(await auth.ask('POST', '/otp', wish)).toMatchObject({ status, body: { error_code: code } })
  })
})

describe('recovery', () => {
  it('lets its owner choose a new password', async () => {
    const { email } = await confirmed()
    expect((await auth.ask('POST', '/recover', { email })).body).toEqual({})
    const { body } = await enter({ type: 'recovery', email, token: lastLetter(email).code })
    const token = body.access_token
    expect((await auth.ask('PUT', '/user', { password: 'battery staple' }, { token })).status).toBe(200)
    const wish = { email, password: 'battery staple' }
    expect((await auth.ask('POST', '/token?grant_type=password', wish)).status).toBe(200)
  })

  it('says the same to unknown addresses and sends nothing', async () => {
    const email = newEmail()
    expect(await auth.ask('POST', '/recover', { email })).toMatchObject({ status: 200, body: {} })
    expect(await auth.ask('POST', '/resend', { type: 'signup', email })).toMatchObject({
      status: 200,
      body: {},
    })
    expect(auth.letters.find(({ to }) => to === email)).toBeUndefined()
  })

  it('is limited to once a minute', async () => {
    const { email } = await confirmed()
    await auth.ask('POST', '/recover', { email })
    expect((await auth.ask('POST', '/recover', { email })).body.error_code).toBe('over_email_send_rate_limit')
  })

  it('a new password voids codes on their way', async () => {
    const { email, token } = await confirmed()
    await auth.ask('POST', '/recover', { email })
    await auth.ask('PUT', '/user', { password: 'battery staple' }, { token })
    const entry = { type: 'recovery', email, token: lastLetter(email).code }
    expect((await enter(entry)).body.error_code).toBe('otp_expired')
  })
})

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
