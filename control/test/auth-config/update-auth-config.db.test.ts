// Settings of the auth service: every key of the API, what takes effect, what is kept, what is refused.

import { createHmac, createPrivateKey } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { authSettings } from '../../src/auth-config/settings-table.ts'
import { testControl } from '../test-control.ts'
import { upstreamKeys } from '../upstream-schemas.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/auth`
afterAll(() => t.close())

const auth = () => t.host.specs.findLast((spec) => spec.ref === ref)?.auth
const patch = (body: object) => t.asOwner('PATCH', path, body)
const get = async (token = t.owner.token) => (await t.call('GET', path, { token })).body
const digest = (value: string) => createHmac('sha256', ref).update(value).digest('hex')

/** Providers that upstream's service knows, but its Management API cannot set. */
const ours = ['fly', 'linkedin', 'snapchat', 'vercel_marketplace'].flatMap((name) =>
  ['client_id', 'email_optional', 'enabled', 'secret'].map((end) => `external_${name}_${end}`),
)

test('the keys are upstream’s, and those of four more providers', () => {
  const upstream = upstreamKeys('GetAuthServiceConfigResponse')
  if (upstream === undefined) return
  expect(authSettings.map(({ key }) => key).toSorted()).toEqual([...upstream, ...ours].toSorted())
  const settable = authSettings.filter(({ isReadOnly }) => !isReadOnly).map(({ key }) => key)
  const theirs = upstreamKeys('UpdateAuthServiceConfigBody') ?? []
  // Upstream shows it only.
  const shown = 'saml_allow_encrypted_assertions'
  expect(settable.toSorted()).toEqual([...theirs, ...ours, shown].toSorted())
})

const effective: readonly (readonly [body: object, spec: object])[] = [
  [{ site_url: 'https://shop.test' }, { site_url: 'https://shop.test' }],
  [
    { disable_signup: true, jwt_exp: 600 },
    { disable_signup: true, jwt_exp: 600 },
  ],
  [{ jwt_exp: null }, { disable_signup: true, jwt_exp: 3600 }],
  [
    { uri_allow_list: 'https://a.test/**,https://b.test' },
    { uri_allow_list: 'https://a.test/**,https://b.test' },
  ],
  [{ sms_test_otp: '4912345=123456,' }, { sms_test_otp: '4912345=123456,' }],
  [{ sessions_timebox: 1.5 }, { sessions_timebox: 1.5 }],
  [
    { smtp_host: 'mail.shop.test', smtp_admin_email: 'shop@shop.test', mailer_subjects_invite: 'Come in' },
    { smtp_host: 'mail.shop.test', smtp_admin_email: 'shop@shop.test', mailer_subjects_invite: 'Come in' },
  ],
]
test.each(effective)('takes effect: %j', async (body, spec) => {
  const reply = await patch(body)
  expect(reply).toMatchObject({ status: 200, body: spec })
  expect(auth()).toMatchObject(spec)
  expect(await get()).toEqual(reply.body)
})

test('what nobody reads yet is kept, and makes no new spec', async () => {
  const before = t.host.specs.length
  const wish = { nimbus_oauth_client_id: 'Come in' }
  expect(await patch(wish)).toMatchObject({ status: 200, body: wish })
  expect(await get()).toMatchObject(wish)
  expect(t.host.specs.length).toBe(before)
  const gone = { external_twitter_client_id: null }
  expect((await patch(gone)).body).toMatchObject(gone)
})

describe('secrets', () => {
  test('are shown as digests to who may set them, and hidden from others', async () => {
    await patch({ external_github_secret: 'top secret', smtp_pass: null })
    expect(await get()).toMatchObject({ external_github_secret: digest('top secret'), smtp_pass: null })
    expect((await get(t.reader.token)).external_github_secret).toBe('********')
    const kept = await t.pool.query(sql`select sealed from project_settings`)
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  test('what was shown and comes back changes nothing', async () => {
    for (const external_github_secret of [digest('top secret'), '********']) {
      expect((await patch({ external_github_secret })).body.external_github_secret).toBe(digest('top secret'))
    }
    expect((await patch({ external_github_secret: 'new' })).body.external_github_secret).toBe(digest('new'))
  })
})

test('SAML gets a key of its own when it is switched on, and keeps it; nobody is shown it', async () => {
  const authOf = () => t.host.specs.findLast((spec) => spec.ref === ref)!.auth
  const on = await patch({ saml_enabled: true, saml_external_url: 'https://id.shop.test/auth/v1' })
  expect(on).toMatchObject({ status: 200, body: { saml_enabled: true } })
  const key = authOf().saml_private_key
  const parsed = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs1' })
  expect(parsed.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n })
  expect(JSON.stringify([on.body, await get()])).not.toContain(key.slice(0, 40))
  await patch({ saml_enabled: false, saml_external_url: null })
  await patch({ saml_enabled: true, saml_allow_encrypted_assertions: true })
  expect(authOf()).toMatchObject({ saml_private_key: key, saml_allow_encrypted_assertions: true })
  await patch({ saml_enabled: false, saml_allow_encrypted_assertions: null })
  const set = await patch({ saml_private_key: 'mine' })
  expect(set).toMatchObject({ status: 400, body: { message: 'property saml_private_key should not exist' } })
})

test('the key of SAML is replaced by one that was announced', async () => {
  const keys = () => {
    const { saml_private_key: key, saml_private_key_next: next } = t.host.specs.findLast(
      (spec) => spec.ref === ref,
    )!.auth
    return { key, next }
  }
  const take = (step: string) => t.asOwner('POST', `${path}/saml-key`, { step })
  const refused = { status: 400, body: { message: expect.stringMatching(/^step: /) } }
  await patch({ saml_enabled: false })
  expect(await take('announce')).toMatchObject(refused)
  await patch({ saml_enabled: true })
  const before = keys()
  expect(await take('promote')).toMatchObject(refused)
  expect(await take('withdraw')).toMatchObject(refused)
  expect(await take('announce')).toMatchObject({ status: 200, body: { next_key_announced: true } })
  const announced = keys()
  expect(announced).toEqual({ key: before.key, next: expect.stringMatching(/^MII/) })
  expect(announced.next).not.toBe(before.key)
  expect(await take('announce')).toMatchObject(refused)
  await patch({ site_url: 'https://shop.test' })
  expect(keys()).toEqual(announced)
  expect(await take('withdraw')).toMatchObject({ status: 200, body: { next_key_announced: false } })
  expect(keys()).toEqual(before)
  await take('announce')
  const second = keys()
  expect(second.next).not.toBe(announced.next)
  expect(await take('promote')).toMatchObject({ status: 200, body: { next_key_announced: false } })
  expect(keys()).toEqual({ key: second.next, next: '' })
  expect(JSON.stringify(await get())).not.toContain(second.next.slice(0, 40))
  await patch({ saml_enabled: false })
})

const refused: readonly (readonly [body: object, message: RegExp])[] = [
  [{ sms_provider: 'pigeon' }, /^sms_provider: /],
  [{ mfa_phone_otp_length: 3 }, /^mfa_phone_otp_length: /],
  [{ no_such_key: 1 }, /^property no_such_key should not exist$/],
  [{ SITE_URL: 'https://shop.test' }, /^property SITE_URL should not exist$/],
  [{ custom_oauth_max_providers: 3 }, /^property custom_oauth_max_providers should not exist$/],
  [{ jwt_exp: 604_801 }, /^jwt_exp: /],
  [{ password_min_length: 5 }, /^password_min_length: /],
  [{ site_url: 'https://a.test,https://b.test' }, /^site_url: must not hold a comma$/],
  [{ sms_test_otp: 'x' }, /^sms_test_otp: /],
  [{ disable_signup: 'yes' }, /^disable_signup: /],
  [{ security_captcha_provider: 'other' }, /^security_captcha_provider: /],
  [{ smtp_admin_email: 'nobody' }, /^smtp_admin_email: /],
]
test.each(refused)('refuses %j', async (body, message) => {
  const before = await get()
  const reply = await patch(body)
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(message)])
  expect(await get()).toEqual(before)
})

test('second factors, passkeys, wallets and Twilio Verify can be switched on', async () => {
  const on = {
    mfa_phone_enroll_enabled: true,
    mfa_phone_verify_enabled: true,
    mfa_phone_otp_length: 8,
    mfa_phone_template: '{{ .Code }}',
    mfa_phone_max_frequency: 9,
    mfa_web_authn_enroll_enabled: true,
    mfa_web_authn_verify_enabled: true,
    passkey_enabled: true,
    webauthn_rp_id: 'shop.test',
    webauthn_rp_display_name: 'Shop',
    webauthn_rp_origins: 'https://shop.test,https://www.shop.test',
    external_web3_ethereum_enabled: true,
    external_web3_solana_enabled: true,
    rate_limit_web3: 7,
    sms_provider: 'twilio_verify',
    sms_twilio_verify_account_sid: 'AC1',
    sms_twilio_verify_message_service_sid: 'VA1',
    sms_test_otp_valid_until: '2027-01-01T00:00:00Z',
  }
  expect((await patch(on)).body).toMatchObject(on)
  expect(await get()).toMatchObject(on)
  expect(auth()).toMatchObject(on)
})

test('what is off may be sent as off', async () => {
  const off = { external_github_enabled: false, saml_enabled: false, sms_provider: null }
  expect((await patch(off)).status).toBe(200)
})
