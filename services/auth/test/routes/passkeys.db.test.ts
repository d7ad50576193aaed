// Passkeys: added to an account, used without a name, listed, named and removed.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SoftwareKey, softwareKey } from '../software-key.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const origin = 'https://app.example.com'
let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    passkey_enabled: true,
    webauthn_rp_id: 'app.example.com',
    webauthn_rp_display_name: 'The app',
    webauthn_rp_origins: `${origin}, https://other.example.com`,
    external_anonymous_users_enabled: true,
  })
})
afterAll(() => project.drop())

let count = 0
const signUp = async (more: object = {}) => {
  // Options are limited: each test comes when its address may ask again.
  auth.pass(120)
  count += 1
  const email = `p${count}@example.com`
  const { body } = await auth.ask('POST', '/signup', { email, password: 'correct horse', ...more })
  return { email, id: body.user.id as string, token: body.access_token as string }
}
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const begin = (token: string) => auth.ask('POST', '/passkeys/registration/options', {}, { token })
const finish = (token: string, challenge_id: unknown, credential: unknown) =>
  auth.ask('POST', '/passkeys/registration/verify', { challenge_id, credential }, { token })
const ask = async () => (await auth.ask('POST', '/passkeys/authentication/options', {})).body
const enter = (challenge_id: unknown, credential: unknown) =>
  auth.ask('POST', '/passkeys/authentication/verify', { challenge_id, credential })
const withPasskey = async (key: SoftwareKey = softwareKey(origin)) => {
  const user = await signUp()
  const { body } = await begin(user.token)
  const added = await finish(user.token, body.challenge_id, key.create(body.options))
  expect(added.status).toBe(200)
  return { ...user, key, passkey: added.body }
}

describe('adding', () => {
  it('asks the browser for a key that it finds again by itself', async () => {
    const { token, id, email } = await signUp({ data: { name: 'Ada' } })
    const { status, body } = await begin(token)
    expect(status).toBe(200)
    expect(body.expires_at).toBeGreaterThan(Date.now() / 1000)
    expect(body.options).toMatchObject({
      rp: { id: 'app.example.com', name: 'The app' },
      user: { id: Buffer.from(id).toString('base64url'), name: email, displayName: 'Ada' },
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true },
      attestation: 'none',
      timeout: 300_000,
      excludeCredentials: [],
    })
    const [row] = await project.admin.query(sql`
      select challenge_type, user_id, session_data->>'challenge' as challenge from auth.webauthn_challenges
      where id = ${body.challenge_id}`)
    expect(row).toEqual({ challenge_type: 'registration', user_id: id, challenge: body.options.challenge })
  })

  it('keeps the key, names it after its maker, and does not make it twice', async () => {
    const key = softwareKey(origin, 'ee882879721c49139775 3dfcce97072a'.replace(' ', ''))
    const { token, id, passkey } = await withPasskey(key)
    expect(passkey).toEqual({
      id: expect.any(String),
      friendly_name: expect.stringContaining('YubiKey'),
      created_at: expect.any(String),
    })
    const [row] = await project.admin.query(sql`
      select user_id, attestation_type, sign_count::int, transports, encode(credential_id, 'hex') as credential_id
      from auth.webauthn_credentials where id = ${passkey.id}`)
    expect(row).toEqual({
      user_id: id,
      attestation_type: 'none',
      sign_count: 0,
      transports: ['usb'],
      credential_id: Buffer.from(key.id, 'base64url').toString('hex'),
    })
    const { body } = await begin(token)
    expect(body.options.excludeCredentials).toMatchObject([{ id: key.id, type: 'public-key' }])
    const again = await finish(token, body.challenge_id, key.create(body.options))
    expect(again).toMatchObject({ status: 422, body: { error_code: 'webauthn_credential_exists' } })
    const deeds = await project.admin.query(sql`
      select payload->>'action' as action from auth.audit_log_entries
      where payload->'traits'->>'passkey_id' = ${passkey.id}`)
    expect(deeds).toEqual([{ action: 'passkey_created' }])
  })

  it('takes an answer once, from its own site, from its own user, in time', async () => {
    const { token } = await signUp()
    const other = await signUp()
    const key = softwareKey(origin)
    const { body: first } = await begin(token)
    const stranger = await finish(other.token, first.challenge_id, key.create(first.options))
    expect(stranger.body.error_code).toBe('webauthn_challenge_not_found')
    for (const mischief of [{ origin: 'https://evil.test' }, { rpId: 'evil.test' }, { flags: 64 }]) {
      const { body } = await begin(token)
      const refused = await finish(token, body.challenge_id, key.create(body.options, mischief))
      expect(refused).toMatchObject({ status: 400, body: { error_code: 'webauthn_verification_failed' } })
      const again = await finish(token, body.challenge_id, key.create(body.options))
      expect(again.body.error_code).toBe('webauthn_challenge_not_found')
    }
    const { body: late } = await begin(token)
    auth.pass(301)
    const over = await finish(token, late.challenge_id, key.create(late.options))
    expect(over).toMatchObject({ status: 400, body: { error_code: 'webauthn_challenge_expired' } })
  })

  it.each([
    [{}, 'challenge_id is required'],
    [{ challenge_id: 'x' }, 'credential is required'],
    [{ challenge_id: 'x', credential: {} }, 'challenge_id must be a valid UUID'],
  ])('refuses %j', async (body, msg) => {
    const { token } = await signUp()
    for (const path of ['registration', 'authentication']) {
      const answer = await auth.ask('POST', `/passkeys/${path}/verify`, body, { token })
      expect(answer).toMatchObject({ status: 400, body: { error_code: 'validation_failed', msg } })
    }
  })

  it('takes ids up to the length of the protocol', async () => {
    const { token } = await signUp()
    const statuses = []
    for (const length of [1023, 1024, 20_000]) {
      const { body } = await begin(token)
      const key = softwareKey(origin, undefined, length)
      statuses.push((await finish(token, body.challenge_id, key.create(body.options))).status)
    }
    expect(statuses).toEqual([200, 400, 400])
  })

  it('allows ten, counted when they are added', async () => {
    const { token, id } = await signUp()
    const pending = [await begin(token), await begin(token)]
    await project.admin.run(sql`
      insert into auth.webauthn_credentials (user_id, credential_id, public_key)
      select ${id}, gen_random_uuid()::text::bytea, 'x' from generate_series(1, 9)`)
    const statuses = []
    for (const { body } of pending)
      statuses.push(
        (await finish(token, body.challenge_id, softwareKey(origin).create(body.options))).body.error_code,
      )
    expect(statuses).toEqual([undefined, 'too_many_passkeys'])
    expect((await begin(token)).body.error_code).toBe('too_many_passkeys')
  })

  it('is for people with an address, not of single sign-on, and with their second factor shown', async () => {
    const { body } = await auth.ask('POST', '/signup', {})
    expect((await begin(body.access_token)).status).toBe(403)
    const sso = await signUp()
    await project.admin.run(sql`update auth.users set is_sso_user = true where id = ${sso.id}`)
    expect((await begin(sso.token)).status).toBe(422)
    const { token, id, passkey } = await withPasskey()
    await project.admin.run(sql`
      insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
      values (gen_random_uuid(), ${id}, 'totp', 'verified', now(), now())`)
    const low = { status: 403, body: { error_code: 'insufficient_aal' } }
    expect(await begin(token)).toMatchObject(low)
    expect(await finish(token, passkey.id, {})).toMatchObject(low)
    expect(await auth.ask('DELETE', `/passkeys/${passkey.id}`, undefined, { token })).toMatchObject(low)
  })
})

describe('signing in', () => {
  it('needs the key alone', async () => {
    const { key, id, passkey, token } = await withPasskey()
    const { challenge_id, options, expires_at } = await ask()
    expect(options).toMatchObject({ rpId: 'app.example.com', userVerification: 'preferred' })
    expect(options.allowCredentials).toBeUndefined()
    expect(expires_at).toBeGreaterThan(Date.now() / 1000)
    const { status, body, headers } = await enter(challenge_id, key.get(options))
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'bearer', user: { id } })
    expect(headers['sb-auth-user-id']).toBe(id)
    const { amr, aal } = claimsOf(body.access_token)
    expect([amr[0].method, aal]).toEqual(['passkey', 'aal1'])
    const { body: list } = await auth.ask('GET', '/passkeys', undefined, { token })
    expect(list).toEqual([{ ...passkey, last_used_at: expect.any(String) }])
  })

  it('takes each answer once, and no answer with a counter that was heard before', async () => {
    const { key } = await withPasskey()
    const first = await ask()
    const answer = key.get(first.options)
    expect((await enter(first.challenge_id, answer)).status).toBe(200)
    expect((await enter(first.challenge_id, answer)).body.error_code).toBe('webauthn_challenge_not_found')
    const second = await ask()
    key.counter -= 1
    const copied = await enter(second.challenge_id, key.get(second.options))
    expect(copied).toMatchObject({ status: 400, body: { error_code: 'webauthn_verification_failed' } })
    const late = await ask()
    auth.pass(301)
    const over = await enter(late.challenge_id, key.get(late.options))
    expect(over.body.error_code).toBe('webauthn_challenge_expired')
  })

  it('refuses strangers, other sites, other people, and rubbish', async () => {
    const { key } = await withPasskey()
    const other = await signUp()
    const stranger = softwareKey(origin)
    const failed = { status: 400, body: { error_code: 'webauthn_verification_failed' } }
    const attempts: ((options: any) => unknown)[] = [
      (options) => stranger.get(options, { userHandle: Buffer.from(other.id).toString('base64url') }),
      (options) => key.get(options, { origin: 'https://evil.test' }),
      (options) => key.get(options, { rpId: 'evil.test' }),
      (options) => key.get(options, { flags: 0 }),
      (options) => key.get(options, { flags: 1 | 8 }),
      (options) => key.get(options, { userHandle: Buffer.from(other.id).toString('base64url') }),
      (options) => ({ ...key.get(options), id: stranger.id, rawId: stranger.id }),
      (options) => key.get({ ...options, challenge: 'c29tZXRoaW5nIGVsc2U' }),
      () => ({ garbage: true }),
      () => 'text',
    ]
    for (const attempt of attempts) {
      const { challenge_id, options } = await ask()
      expect(await enter(challenge_id, attempt(options))).toMatchObject(failed)
      auth.pass(20)
    }
  })

  it('is not for who is banned or whose address waits for its confirmation', async () => {
    const { key, id } = await withPasskey()
    await project.admin.run(
      sql`update auth.users set banned_until = now() + interval '10 days' where id = ${id}`,
    )
    const first = await ask()
    expect(await enter(first.challenge_id, key.get(first.options))).toMatchObject({
      status: 403,
      body: { error_code: 'user_banned' },
    })
    await project.admin.run(sql`
      update auth.users set banned_until = null, email_confirmed_at = null where id = ${id}`)
    const second = await ask()
    expect(await enter(second.challenge_id, key.get(second.options))).toMatchObject({
      status: 403,
      body: { error_code: 'email_not_confirmed' },
    })
  })

  it('asks one address thirty times in five minutes at most', async () => {
    auth.pass(600)
    const answers = []
    for (let index = 0; index < 31; index += 1)
      answers.push((await auth.ask('POST', '/passkeys/authentication/options', {})).status)
    expect(answers.filter((status) => status === 200)).toHaveLength(30)
    expect(answers.at(-1)).toBe(429)
    auth.pass(600)
  })
})

describe('keeping', () => {
  it("renames and removes what is one's own", async () => {
    const { token, key, passkey } = await withPasskey()
    const path = `/passkeys/${passkey.id}`
    const renamed = await auth.ask('PATCH', path, { friendly_name: 'Laptop' }, { token })
    expect(renamed.body).toEqual({ ...passkey, friendly_name: 'Laptop' })
    for (const friendly_name of ['', 'x'.repeat(121)])
      expect((await auth.ask('PATCH', path, { friendly_name }, { token })).status).toBe(400)
    const { token: stranger } = await signUp()
    for (const method of ['PATCH', 'DELETE'])
      expect(await auth.ask(method, path, { friendly_name: 'Mine' }, { token: stranger })).toMatchObject({
        status: 404,
        body: { msg: 'Passkey not found' },
      })
    expect((await auth.ask('DELETE', '/passkeys/nonsense', undefined, { token })).status).toBe(404)
    expect(await auth.ask('DELETE', path, undefined, { token })).toMatchObject({ status: 204, body: '' })
    const { challenge_id, options } = await ask()
    expect((await enter(challenge_id, key.get(options))).status).toBe(400)
  })

  it('shows and removes them to administrators', async () => {
    const { id, passkey } = await withPasskey()
    const as = { token: auth.serviceToken }
    const path = `/admin/users/${id}/passkeys`
    expect((await auth.ask('GET', path, undefined, as)).body).toEqual([passkey])
    const other = await signUp()
    const elsewhere = `/admin/users/${other.id}/passkeys/${passkey.id}`
    expect((await auth.ask('DELETE', elsewhere, undefined, as)).status).toBe(404)
    expect((await auth.ask('DELETE', `${path}/${passkey.id}`, undefined, as)).status).toBe(204)
    expect((await auth.ask('GET', path, undefined, as)).body).toEqual([])
  })
})
