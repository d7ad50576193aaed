// Captchas, leaked passwords, and text messages: what other services are asked, and what their answers do.

import { createHash } from 'node:crypto'
import type { OutboundRequest } from '@plinth/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
const asked: OutboundRequest[] = []
let answer: () => { status: number; text: string }
const outbound = async (request: OutboundRequest) => {
  asked.push(request)
  return answer()
}
const json =
  (value: object, status = 200) =>
  () => ({ status, text: JSON.stringify(value) })
let count = 0
const next = (): number => {
  count += 1
  return count
}
const account = (more: object = {}) => ({
  email: `${next()}@guard.test`,
  password: 'password',
  ...more,
})

beforeAll(async () => {
  project = await testProject()
})
afterAll(() => project.drop())

describe.each([
  ['hcaptcha', 'https://hcaptcha.com/siteverify'],
  ['turnstile', 'https://challenges.cloudflare.com/turnstile/v0/siteverify'],
] as const)('%s', (provider, url) => {
  const config = {
    security_captcha_enabled: true,
    security_captcha_provider: provider,
    security_captcha_secret: 'sesame',
  }
  const solved = { gotrue_meta_security: { captcha_token: 'solved' } }

  it('is asked where accounts can be tried, and decides', async () => {
    const service = await project.auth(config, { outbound })
    asked.splice(0)
    for (const path of ['/signup', '/signup/', '/sign%75p'])
      expect((await service.ask('POST', path, account())).body.error_code).toBe('captcha_failed')
    for (const body of ['{', '[]', JSON.stringify({ gotrue_meta_security: 'solved' })])
      expect((await service.ask('POST', '/signup', body)).body.error_code).toBe('bad_json')
    expect(asked).toEqual([])
    answer = json({ success: false, 'error-codes': ['invalid-input-response'] })
    const refused = await service.ask('POST', '/signup', account(solved))
    expect([refused.status, refused.body.msg]).toEqual([
      400,
      expect.stringContaining('invalid-input-response'),
    ])
    expect(asked[0]).toMatchObject({
      url,
      body: expect.stringMatching(/secret=sesame&response=solved&remoteip=/),
    })
    answer = json({ success: true })
    const { status, body } = await service.ask('POST', '/signup', account(solved))
    expect(status).toBe(200)
    const refresh = { refresh_token: body.refresh_token }
    expect((await service.ask('POST', '/token?grant_type=refresh_token', refresh)).status).toBe(200)
    answer = () => ({ status: 503, text: '' })
    expect((await service.ask('POST', '/signup', account(solved))).status).toBe(500)
  })
})

describe('leaked passwords', () => {
  const digest = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

  it('are refused; only five digits leave the house', async () => {
    const service = await project.auth({ password_hibp_enabled: true }, { outbound })
    asked.splice(0)
    answer = () => ({ status: 200, text: `0018A:3\r\n${digest('password').slice(5)}:9\r\n` })
    const refused = await service.ask('POST', '/signup', account())
    expect([refused.status, refused.body.weak_password]).toEqual([422, { reasons: ['pwned'] }])
    expect(asked[0]?.url).toBe(`https://api.pwnedpasswords.com/range/${digest('password').slice(0, 5)}`)
    answer = () => ({ status: 200, text: `${digest('password').slice(5)}:0\r\n` })
    const { body } = await service.ask('POST', '/signup', account())
    answer = () => ({ status: 200, text: `${digest('another-one').slice(5)}:1\r\n` })
    const token = body.access_token
    expect((await service.ask('PUT', '/user', { password: 'another-one' }, { token })).status).toBe(422)
  })

  it('a list that does not answer keeps nobody out, and is noticed', async () => {
    const service = await project.auth({ password_hibp_enabled: true }, { outbound })
    answer = () => ({ status: 500, text: '' })
    expect((await service.ask('POST', '/signup', account())).status).toBe(200)
    expect(service.noticed).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'auth.leak_check_failed' }),
    )
  })
})

const providers = [
  [
    'twilio',
    { sms_twilio_account_sid: 'AC1', sms_twilio_auth_token: 'pw', sms_twilio_message_service_sid: '1555' },
    { good: { status: 'queued' }, bad: { status: 'failed' } },
    { url: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json', body: /From=%2B1555/ },
  ],
  [
    'messagebird',
    { sms_messagebird_access_key: 'key', sms_messagebird_originator: 'Shop' },
    { good: {}, bad: { errors: [{ description: 'no' }] } },
    { url: 'https://rest.messagebird.com/messages', body: /originator=Shop/ },
  ],
  [
    'vonage',
    { sms_vonage_api_key: 'key', sms_vonage_api_secret: 'pw', sms_vonage_from: 'Shop' },
    { good: { messages: [{ status: '0' }] }, bad: { messages: [{ status: '4', 'error-text': 'no' }] } },
    { url: 'https://rest.nexmo.com/sms/json', body: /api_secret=pw/ },
  ],
  [
    'textlocal',
    { sms_textlocal_api_key: 'key', sms_textlocal_sender: 'Shop' },
    { good: { status: 'success' }, bad: { status: 'failure', errors: [{ message: 'no' }] } },
    { url: 'https://api.textlocal.in/send', body: /apikey=key/ },
  ],
] as const

describe('text messages', () => {
  it.each(providers)('%s takes the code', async (name, keys, { good, bad }, { url, body }) => {
    const config = { external_phone_enabled: true, sms_provider: name, ...keys }
    const service = await project.auth(config, { outbound, inbox: true })
    asked.splice(0)
    answer = json(good)
    const phone = `49151000000${next()}`
    expect((await service.ask('POST', '/otp', { phone })).status).toBe(200)
    expect(asked[0]).toMatchObject({ url, body: expect.stringMatching(body) })
    const token = /\d{6}(?=$|&)/.exec(
      decodeURIComponent(asked[0]?.body?.replaceAll('+', ' ') ?? '').replace(/4915\d+/, ''),
    )?.[0]
    expect((await service.ask('POST', '/verify', { type: 'sms', phone, token })).status).toBe(200)
    answer = json(bad)
    const refused = await service.ask('POST', '/otp', { phone: `49152000000${count}` })
    expect([refused.status, refused.body.error_code]).toEqual([422, 'sms_send_failed'])
    expect(refused.body.msg).toMatch(/^Error sending confirmation OTP to provider: ./)
  })

  it('go to the inbox without a provider, even where letters have a mail server', async () => {
    const config = { external_phone_enabled: true, smtp_host: '127.0.0.1', smtp_port: '1' }
    const service = await project.auth(config, { outbound, inbox: true })
    expect((await service.ask('POST', '/otp', { phone: '4915300000001' })).status).toBe(200)
    const { body } = await service.ask('GET', '/admin/inbox?to=4915300000001', undefined, {
      token: service.serviceToken,
    })
    expect(body.letters).toHaveLength(1)
  })
})
