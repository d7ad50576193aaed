// Codes and links from the letter to the session: every kind, both ways, once and in time.

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, letterConfig, letterSteps } from '../letter-steps.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth(letterConfig)
})
afterAll(() => project.drop())

const { newEmail, lastLetter, follow, enter, signUp, confirmed } = letterSteps(() => auth)

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

it('keeps the fragment of an address that apps route by', async () => {
  const app = 'https://app.example.com/#/start'
  const { email } = await signUp()
  const { link } = lastLetter(email)
  const { search } = new URL(link)
  const { headers } = await auth.ask('GET', `/verify${search}`, undefined, { headers: { redirect_to: app } })
  expect(headers['location']).toMatch(`${app}#access_token=`)
})

it('sorts what it adds to an address among what stands there', async () => {
  const site = encodeURIComponent('https://app.example.com/?zebra=1&ape=2')
  const { headers } = await auth.ask('GET', `/verify?type=signup&token=pkce_x&redirect_to=${site}`)
  expect([...new URL(headers['location'] ?? '').searchParams.keys()]).toEqual([
    'ape',
    'error',
    'error_code',
    'error_description',
    'zebra',
  ])
})

it('an empty body of `null` sets nothing', async () => {
  const { body } = await auth.ask('POST', '/verify', 'null')
  expect(body.msg).toBe('Verify requires a verification type')
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
