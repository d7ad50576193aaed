// Sign-ups that are refused, each with its own words.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auto: TestAuth
beforeAll(async () => {
  project = await testProject()
  auto = await project.auth({ external_anonymous_users_enabled: true })
})
afterAll(() => project.drop())

const password = 'correct horse'

const strict = {
  password_min_length: 8,
  password_required_characters: 'abcdefghijklmnopqrstuvwxyz:0123456789',
}
const refusals: [string, Parameters<TestProject['auth']>[0], unknown, number, string, string?][] = [
  ['no body', {}, '', 400, 'bad_json'],
  ['no JSON', {}, '{', 400, 'bad_json'],
  ['a list', {}, '[]', 400, 'bad_json'],
  ['a number for an address', {}, { email: 1, password }, 400, 'bad_json'],
  ['no password', {}, { email: 'a@b.co' }, 400, 'validation_failed', 'Signup requires a valid password'],
  [
    'a bad address',
    {},
    { email: 'a@', password },
    400,
    'validation_failed',
    'Unable to validate email address: invalid format',
  ],
  ['both addresses', {}, { email: 'a@b.co', phone: '1', password }, 400, 'validation_failed'],
  [
    '73 bytes',
    {},
    { email: 'a@b.co', password: 'x'.repeat(73) },
    400,
    'validation_failed',
    'Password cannot be longer than 72 characters',
  ],
  [
    'half of PKCE',
    {},
    { email: 'a@b.co', password, code_challenge: 'x'.repeat(43) },
    400,
    'validation_failed',
  ],
  [
    'a short challenge',
    {},
    { email: 'a@b.co', password, code_challenge: 'x', code_challenge_method: 's256' },
    400,
    'validation_failed',
  ],
  [
    'PKCE by phone',
    {},
    { phone: '123', password, code_challenge: 'x'.repeat(43), code_challenge_method: 's256' },
    400,
    'validation_failed',
  ],
  [
    'phones off',
    {},
    { phone: '123', password },
    400,
    'phone_provider_disabled',
    'Phone signups are disabled',
  ],
  [
    'mail off',
    { external_email_enabled: false },
    { email: 'a@b.co', password },
    400,
    'email_provider_disabled',
    'Email signups are disabled',
  ],
  [
    'sign-up off',
    { disable_signup: true },
    { email: 'a@b.co', password },
    422,
    'signup_disabled',
    'Signups not allowed for this instance',
  ],
  ['anonymous off', {}, {}, 422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled'],
  [
    'a short password',
    {},
    { email: 'a@b.co', password: '12345' },
    422,
    'weak_password',
    'Password should be at least 6 characters.',
  ],
  ['a poor password', strict, { email: 'a@b.co', password: 'ABC' }, 422, 'weak_password'],
  [
    'a large body',
    {},
    { email: 'a@b.co', password, data: { x: 'x'.repeat(1024 * 1024) } },
    413,
    'request_entity_too_large',
    'Request body too large (max 1048576 bytes)',
  ],
]

describe('refusals', () => {
  it.each(refusals)('%s', async (...[, config, body, status, code, message]) => {
    const auth = await project.auth(config)
    const answer = await auth.ask('POST', '/signup', body)
    expect(answer).toMatchObject({ status, body: { code: status, error_code: code } })
    expect(answer.headers['x-sb-error-code']).toBe(code)
    if (message !== undefined) expect(answer.body.msg).toBe(message)
  })

  it.each([
    '{"email":"a@b.co","password":"correct horse","data":{"a":"\\u0000"}}',
    '{"email":"a@b.co","password":"correct horse","data":{"\\ud800":1}}',
  ])('%s: text that Postgres cannot keep', async (body) => {
    expect(await auto.ask('POST', '/signup', body)).toMatchObject({
      status: 400,
      body: { error_code: 'bad_json' },
    })
  })

  it('keeps text that only looks like it', async () => {
    const body = { email: 'odd@example.com', password, data: { a: '\\u0000', b: '\u{1f600}' } }
    const answer = await auto.ask('POST', '/signup', body)
    expect(answer.body.user.user_metadata).toMatchObject(body.data)
  })

  it('does not pass NUL from an address on to Postgres', async () => {
    for (const path of ['/verify?type=signup&token=%00', '/verify?type=signup&token=x&redirect_to=%00']) {
      expect(await auto.ask('GET', path)).toMatchObject({
        status: 400,
        body: { error_code: 'validation_failed' },
      })
    }
  })

  it('says why a password is weak, in both versions', async () => {
    const auth = await project.auth(strict)
    const wish = { email: 'a@b.co', password: 'ABC' }
    const old = await auth.ask('POST', '/signup', wish)
    expect(old.body).toMatchObject({
      error_code: 'weak_password',
      weak_password: { reasons: ['length', 'characters'] },
    })
    const headers = { 'x-supabase-api-version': '2024-01-01' }
    const recent = await auth.ask('POST', '/signup', wish, { headers })
    expect(recent.body).toEqual({
      code: 'weak_password',
      message: expect.any(String),
      weak_password: { reasons: ['length', 'characters'] },
    })
    const oauth = await auth.ask('POST', '/token?grant_type=id_token', {}, { headers })
    for (const reply of [recent, oauth]) expect(reply.headers['x-supabase-api-version']).toBe('2024-01-01')
  })

  it('limits one address', async () => {
    const auth = await project.auth({ rate_limit_otp: 30 })
    const tries = Array.from({ length: 31 }, () => auth.ask('POST', '/signup', { email: 'x' }))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(400))
    expect(statuses[30]).toBe(429)
  })
})
