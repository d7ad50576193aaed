// Twilio as the one who sends codes, by text or WhatsApp, and Twilio Verify as the one who also makes and checks them.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimsOf, phonesOn as on, phoneSteps } from '../phone-steps.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'
import { type Twilio, twilio } from '../twilio.ts'

let project: TestProject
let auth: TestAuth
let provider: Twilio
beforeAll(async () => {
  project = await testProject()
  provider = await twilio('AC1', 'pw')
  auth = await project.auth(on)
})
afterAll(async () => {
  await provider.close()
  await project.drop()
})

const { newPhone, signUp, enroll, challenge, show } = phoneSteps(() => auth)

describe('twilio', () => {
  const keys = { sms_twilio_account_sid: 'AC1', sms_twilio_auth_token: 'pw' }
  const take = (config: object) =>
    project.auth(
      { ...on, sms_provider: 'twilio', ...keys, ...config },
      { outbound: provider.outbound, inbox: true },
    )

  it.each([
    ['MG1', '', { Channel: 'whatsapp', From: 'MG1', Body: /^Your code is \d{6}$/ }],
    ['15550001', '', { Channel: 'whatsapp', From: 'whatsapp:+15550001', Body: /\d{6}/ }],
    [
      '+15550001',
      'HX1',
      { From: 'whatsapp:+15550001', ContentSid: 'HX1', ContentVariables: /^\{"1":"\d{6}"\}$/ },
    ],
  ])('writes by WhatsApp from %s with the template "%s"', async (sender, content, form) => {
    const service = await take({ sms_twilio_message_service_sid: sender, sms_twilio_content_sid: content })
    const phone = newPhone()
    provider.told.splice(0)
    expect((await service.ask('POST', '/otp', { phone, channel: 'whatsapp' })).status).toBe(200)
    const [said] = provider.told
    expect(said).toMatchObject({ host: 'api.twilio.com', form: { To: `whatsapp:+${phone}` } })
    for (const [name, value] of Object.entries(form))
      expect(said?.form[name]).toMatch(
        value instanceof RegExp ? value : new RegExp(`^${value.replace('+', '\\+')}$`),
      )
  })

  it('is the only one for WhatsApp; other channels there are not', async () => {
    const twilio = await take({ sms_twilio_message_service_sid: 'MG1' })
    const { token } = await signUp()
    const { body: factor } = await enroll(token, newPhone())
    const attempts = [
      auth.ask('POST', '/otp', { phone: newPhone(), channel: 'whatsapp' }),
      twilio.ask('POST', '/otp', { phone: newPhone(), channel: 'pigeon' }),
      auth.ask('POST', '/signup', { phone: newPhone(), password: 'correct horse', channel: 'whatsapp' }),
      auth.ask('PUT', '/user', { phone: newPhone(), channel: 'whatsapp' }, { token }),
      challenge(token, factor.id, 'whatsapp'),
    ]
    for (const answer of await Promise.all(attempts))
      expect(answer).toMatchObject({ status: 400, body: { msg: expect.stringContaining('Invalid channel') } })
  })

  it('is not asked by a project that it does not know', async () => {
    const service = await take({})
    provider.told.splice(0)
    const answer = await service.ask('POST', '/otp', { phone: newPhone() })
    expect(answer).toMatchObject({ status: 500, body: { msg: 'Unable to get SMS provider' } })
    expect(provider.told).toEqual([])
  })

  it('a code that could not be sent counts as not asked for', async () => {
    const service = await take({ mfa_phone_max_frequency: 600, sms_twilio_message_service_sid: 'MG1' })
    const { token } = await signUp(service)
    const { body: factor } = await enroll(token, newPhone(), 'phone', service)
    provider.isAway = true
    const failed = await challenge(token, factor.id, 'sms', service)
    provider.isAway = false
    expect(failed).toMatchObject({ status: 500, body: { msg: 'error sending message' } })
    expect((await challenge(token, factor.id, 'sms', service)).status).toBe(200)
  })
})

describe('twilio verify', () => {
  const config = {
    ...on,
    sms_provider: 'twilio_verify',
    sms_twilio_verify_account_sid: 'AC1',
    sms_twilio_verify_auth_token: 'pw',
    sms_twilio_verify_message_service_sid: 'VA1',
    sms_test_otp: '4915999999999=424242',
    sms_max_frequency: 0,
  } as const
  let verify: TestAuth
  beforeAll(async () => {
    verify = await project.auth(config, { outbound: provider.outbound, inbox: true })
  })
  const enter = (phone: string, token: string, type = 'sms') =>
    verify.ask('POST', '/verify', { type, phone, token })

  it('sends a code of its own and says whether it is right, once', async () => {
    const phone = newPhone()
    provider.told.splice(0)
    expect((await verify.ask('POST', '/otp', { phone, channel: 'whatsapp' })).status).toBe(200)
    expect(provider.told).toEqual([
      {
        host: 'verify.twilio.com',
        path: '/v2/Services/VA1/Verifications',
        form: { To: `+${phone}`, Channel: 'whatsapp' },
      },
    ])
    const code = provider.codeOf(phone)
    expect(await enter(phone, '000000')).toMatchObject({ status: 403, body: { error_code: 'otp_expired' } })
    expect((await enter(phone, code)).status).toBe(200)
    expect((await enter(phone, code)).status).toBe(403)
  })

  it('is not asked about phones that wait for nothing', async () => {
    provider.told.splice(0)
    expect((await enter(newPhone(), '123456')).status).toBe(403)
    expect(provider.told).toEqual([])
  })

  it('keeps people out while it is away', async () => {
    const phone = newPhone()
    await verify.ask('POST', '/otp', { phone })
    provider.isAway = true
    expect((await enter(phone, provider.codeOf(phone))).status).toBe(403)
    expect((await verify.ask('POST', '/otp', { phone: newPhone() })).body.error_code).toBe('sms_send_failed')
    provider.isAway = false
    expect((await enter(phone, provider.codeOf(phone))).status).toBe(200)
  })

  it('checks new numbers and second factors as well', async () => {
    const { token } = await signUp(verify)
    const phone = newPhone()
    expect((await verify.ask('PUT', '/user', { phone }, { token })).body.new_phone).toBe(phone)
    const changed = await enter(phone, provider.codeOf(phone), 'phone_change')
    expect([changed.status, changed.body.user?.phone]).toEqual([200, phone])
    const second = newPhone()
    const { body: factor } = await enroll(token, second, 'phone', verify)
    const { body: asked } = await challenge(token, factor.id, 'sms', verify)
    expect((await show(token, factor.id, { challenge_id: asked.id, code: '000000' }, verify)).status).toBe(
      403,
    )
    const raised = await show(
      token,
      factor.id,
      { challenge_id: asked.id, code: provider.codeOf(second) },
      verify,
    )
    expect(claimsOf(raised.body.access_token).aal).toBe('aal2')
  })

  it('says whether a new password is allowed', async () => {
    const service = await project.auth(
      { ...config, jwt_exp: 604_800, security_update_password_require_reauthentication: true },
      { outbound: provider.outbound, inbox: true },
    )
    const phone = newPhone()
    await service.ask('POST', '/otp', { phone })
    const entry = { type: 'sms', phone, token: provider.codeOf(phone) }
    const { access_token: token } = (await service.ask('POST', '/verify', entry)).body
    // A session older than a day has to show more.
    service.pass(90_000)
    const change = (nonce: string) =>
      service.ask('PUT', '/user', { password: 'correct horse', nonce }, { token })
    expect((await change('')).body.error_code).toBe('reauthentication_needed')
    expect((await service.ask('GET', '/reauthenticate', undefined, { token })).status).toBe(200)
    expect((await change('000000')).body.error_code).toBe('reauthentication_not_valid')
    expect((await change(provider.codeOf(phone))).status).toBe(200)
  })

  it('fixed codes need no message, and end when they are said to', async () => {
    const phone = '4915999999999'
    provider.told.splice(0)
    expect((await verify.ask('POST', '/otp', { phone })).status).toBe(200)
    expect((await enter(phone, '424242')).status).toBe(200)
    expect(provider.told).toEqual([])
    const ended = await project.auth({
      ...on,
      sms_test_otp: config.sms_test_otp,
      sms_test_otp_valid_until: '2020-01-01T00:00:00Z',
      sms_max_frequency: 0,
    })
    await ended.ask('POST', '/otp', { phone })
    expect(ended.letters).toHaveLength(1)
    const answer = await ended.ask('POST', '/verify', { type: 'sms', phone, token: '424242' })
    expect(answer.status).toBe(ended.letters[0]?.code === '424242' ? 200 : 403)
  })

  it('a hook that sends texts gets codes of ours', async () => {
    await project.admin.run(sql`
      create table public.sent (event jsonb)`)
    await project.admin.run(sql`
      create function public.send(event jsonb) returns jsonb language plpgsql as
      $$ begin insert into public.sent values (event); return '{}'; end $$`)
    await project.admin.run(sql`grant insert on public.sent to supabase_auth_admin`)
    const hooked = await project.auth(
      { ...config, hook_send_sms_enabled: true, hook_send_sms_uri: 'pg-functions://postgres/public/send' },
      { outbound: provider.outbound },
    )
    const { token } = await signUp(hooked)
    const { body: factor } = await enroll(token, newPhone(), 'phone', hooked)
    const { body: asked } = await challenge(token, factor.id, 'carrier-pigeon', hooked)
    const sent = await project.admin.one<{ sms_type: string; otp: string }>(sql`
      select event->'sms'->>'sms_type' as sms_type, event->'sms'->>'otp' as otp from public.sent`)
    expect(sent.sms_type).toBe('mfa')
    expect((await show(token, factor.id, { challenge_id: asked.id, code: sent.otp }, hooked)).status).toBe(
      200,
    )
  })
})
