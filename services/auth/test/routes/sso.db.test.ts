// Single sign-on by SAML with a real identity provider: both ways to begin, both ways to come back, and who people
// are afterwards.

import { createHash } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, queryOf } from '../open-id-provider.ts'
import { keys, type SamlProvider, samlKey, startSamlProvider } from '../saml-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const config = { saml_enabled: true, saml_private_key: samlKey, mailer_autoconfirm: false }
const site = 'http://localhost:3000'

let project: TestProject
let idp: SamlProvider
let service: TestAuth
let providerId: string
beforeAll(async () => {
  project = await testProject()
  idp = await startSamlProvider()
  service = await project.auth(config)
  const made = await service.ask(
    'POST',
    '/admin/sso/providers',
    {
      type: 'saml',
      metadata_xml: idp.metadata([keys.own, keys.other]),
      domains: ['work.test'],
      attribute_mapping: {
        keys: {
          full_name: { name: 'displayName' },
          department: { names: ['ou', 'dept'], default: 'none' },
          groups: { name: 'groups', array: true },
          role: { default: 'member' },
          email_verified: { default: false },
          sub: { default: 'somebody else' },
        },
      },
    },
    { token: service.serviceToken },
  )
  expect(made.status).toBe(201)
  providerId = made.body.id
})
afterAll(async () => {
  await project.drop()
  await idp.close()
})

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const userOf = async (token: string) => (await service.ask('GET', '/user', undefined, { token })).body

describe('a sign-in that begins here', () => {
  it('asks with a signed request, by domain or by provider', async () => {
    const redirected = await service.ask('POST', '/sso', { domain: 'WORK.test' })
    expect(redirected.status).toBe(303)
    const { body, status } = await service.ask('POST', '/sso', {
      provider_id: providerId,
      skip_http_redirect: true,
    })
    expect(status).toBe(200)
    for (const url of [redirected.headers['location'] ?? '', body.url]) {
      const address = new URL(url)
      for (const name of ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature']) {
        expect(address.searchParams.get(name)).toBeTruthy()
        if (name !== 'tenant') address.searchParams.delete(name)
      }
      expect(address.toString()).toBe(`${idp.entityId}/sso?tenant=1`)
    }
    const { request, relayState } = await idp.readRequest(service, body.url)
    expect(relayState).toMatch(/^[0-9a-f-]{36}$/)
    expect(request).toMatchObject({
      issuer: 'http://ref.localhost:8000/auth/v1/sso/saml/metadata',
      request: { assertionConsumerServiceUrl: 'http://ref.localhost:8000/auth/v1/sso/saml/acs' },
      nameIDPolicy: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    })
  })

  it('ends in a session that says where it comes from', async () => {
    const reply = await idp.signIn(
      service,
      { domain: 'work.test', redirect_to: `${site}/inside` },
      {
        attributes: {
          mail: 'Ada@work.test',
          displayName: 'Ada',
          dept: 'engines',
          groups: ['a', 'b'],
        },
      },
    )
    expect([reply.status, reply.headers['location']?.split('#')[0]]).toEqual([302, `${site}/inside`])
    const token = fragmentOf(reply).get('access_token') ?? ''
    expect(claimsOf(token)).toMatchObject({
      email: 'ada@work.test',
      amr: [{ method: 'sso/saml', provider: providerId }],
      app_metadata: { provider: `sso:${providerId}`, providers: [`sso:${providerId}`] },
    })
    const user = await userOf(token)
    expect(user.identities[0].identity_data).toEqual({
      iss: idp.entityId,
      sub: 'ada-at-work',
      email: 'ada@work.test',
      email_verified: true,
      phone_verified: false,
      full_name: 'Ada',
      custom_claims: { department: 'engines', groups: ['a', 'b'], role: 'member' },
    })
    const row = await project.admin.one(sql`
      select is_sso_user, role, email_confirmed_at is not null as confirmed from auth.users where id = ${user.id}`)
    expect(row).toEqual({ is_sso_user: true, role: 'authenticated', confirmed: true })
    const again = await idp.signIn(service, { domain: 'work.test' })
    expect((await userOf(fragmentOf(again).get('access_token') ?? '')).id).toBe(user.id)
  })

  it('ends in a code where the client asked for one, and the session ends with that of the provider', async () => {
    const verifier = 'v'.repeat(64)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const wish = { domain: 'work.test', code_challenge: challenge, code_challenge_method: 's256' }
    const reply = await idp.signIn(service, wish, { sessionUntil: 600 })
    const auth_code = queryOf(reply).get('code') ?? ''
    const trade = (code_verifier: string) =>
      service.ask('POST', '/token?grant_type=pkce', { auth_code, code_verifier })
    expect((await trade('w'.repeat(64))).status).toBe(400)
    const traded = await trade(verifier)
    expect(claimsOf(traded.body.access_token).amr).toMatchObject([{ method: 'sso/saml' }])
    expect((await trade(verifier)).status).toBe(404)
    const refresh = () =>
      service.ask('POST', '/token?grant_type=refresh_token', { refresh_token: traded.body.refresh_token })
    const later = await project.auth(config)
    later.pass(700)
    const { refresh_token } = (await refresh()).body
    const over = await later.ask('POST', '/token?grant_type=refresh_token', { refresh_token })
    expect([over.status, over.body.error_code]).toEqual([400, 'session_expired'])
  })

  it('goes to the site when the address is not allowed', async () => {
    const reply = await idp.signIn(service, { domain: 'work.test', redirect_to: 'https://evil.test/' })
    expect(reply.headers['location']?.split('#')[0]).toBe(site)
  })

  it.each([
    [{}, 400, 'A provider_id or domain needs to be provided'],
    [{ domain: 'work.test', provider_id: 'own' }, 400, 'Only one of provider_id or domain supported'],
    [{ domain: 'nowhere.test' }, 404, 'No SSO provider assigned for this domain'],
    [{ provider_id: '14d906bf-9bd5-4734-b7d1-3904e240610e' }, 404, 'No such SSO provider'],
    [{ provider_id: 'not-a-uuid' }, 400, expect.stringMatching(/provider_id/)],
    [{ domain: 'work.test', code_challenge: 'x' }, 400, expect.stringMatching(/PKCE/)],
  ])('%j is refused', async (wish, status, msg) => {
    const body =
      'provider_id' in wish && wish.provider_id === 'own' ? { ...wish, provider_id: providerId } : wish
    expect(await service.ask('POST', '/sso', body)).toMatchObject({ status, body: { msg } })
  })
})

describe('a sign-in that begins at the identity provider', () => {
  it('leads to the address it names when that is allowed', async () => {
    const open = async (RelayState: string) =>
      idp.post(service, { SAMLResponse: await idp.answer(service), RelayState })
    expect((await open(`${site}/deep`)).headers['location']?.split('#')[0]).toBe(`${site}/deep`)
    for (const other of ['', 'https://evil.test/', '/path']) {
      const reply = await open(other)
      expect([reply.status, reply.headers['location']?.split('#')[0]]).toEqual([302, site])
      expect(fragmentOf(reply).get('access_token')).toBeTruthy()
    }
  })

  it('takes any of the keys that the provider publishes, over assertion or response', async () => {
    for (const how of [
      { key: keys.other },
      { signed: 'response' },
      { key: keys.other, signed: 'response' },
    ] as const) {
      const reply = await idp.post(service, { SAMLResponse: await idp.answer(service, {}, how) })
      expect(fragmentOf(reply).get('access_token')).toBeTruthy()
    }
  })
})

describe('accounts', () => {
  it('stay apart from all others with the same address, also of another provider', async () => {
    const open = await project.auth({
      ...config,
      mailer_autoconfirm: true,
      security_manual_linking_enabled: true,
    })
    const email = 'bob@work.test'
    const own = await open.ask('POST', '/signup', { email, password: 'hunter-two' })
    const said = { nameId: 'bob', attributes: { email } }
    const first = await idp.signIn(service, { domain: 'work.test' }, said)
    const bob = await userOf(fragmentOf(first).get('access_token') ?? '')
    expect(bob.id).not.toBe(own.body.user.id)
    expect(bob.email).toBe(email)
    // Names may change at the provider; the same address there is the same person.
    const renamed = await idp.signIn(service, { domain: 'work.test' }, { ...said, nameId: 'robert' })
    expect((await userOf(fragmentOf(renamed).get('access_token') ?? '')).id).toBe(bob.id)
    const issuer = `${idp.entityId}/second`
    const metadata_xml = idp.metadata().replaceAll(idp.entityId, issuer)
    const token = service.serviceToken
    await service.ask('POST', '/admin/sso/providers', { type: 'saml', metadata_xml }, { token })
    const other = await idp.post(service, { SAMLResponse: await idp.answer(service, { ...said, issuer }) })
    expect((await userOf(fragmentOf(other).get('access_token') ?? '')).id).not.toBe(bob.id)
    const password = await open.ask('POST', '/token?grant_type=password', { email, password: 'hunter-two' })
    expect(password.body.user.id).toBe(own.body.user.id)
    const change = await service.ask(
      'PUT',
      '/user',
      { password: 'another-one' },
      {
        token: fragmentOf(first).get('access_token') ?? '',
      },
    )
    expect(change.body.error_code).toBe('user_sso_managed')
  })

  it('are not made where signing up is off', async () => {
    const closed = await project.auth({ ...config, disable_signup: true })
    const reply = await idp.signIn(
      closed,
      { domain: 'work.test' },
      { nameId: 'new', attributes: { mail: 'n@work.test' } },
    )
    expect(queryOf(reply).get('error_code')).toBe('signup_disabled')
  })

  it('need a lasting name and an address', async () => {
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
    const open = async (said: object) => idp.post(service, { SAMLResponse: await idp.answer(service, said) })
    const lost = await open({ nameIdFormat: transient })
    expect(queryOf(lost).get('error_code')).toBe('saml_assertion_no_user_id')
    const silent = await open({ nameId: 'x', attributes: {} })
    expect(queryOf(silent).get('error_code')).toBe('saml_assertion_no_email')
    const named = await open({
      nameIdFormat: transient,
      attributes: { 'urn:oasis:names:tc:SAML:attribute:subject-id': 'cyd@org', mail: 'cyd@work.test' },
    })
    const cyd = await userOf(fragmentOf(named).get('access_token') ?? '')
    expect(cyd.identities[0].id).toBe('cyd@org')
    const byAddress = await open({ nameId: 'Dee@work.test', nameIdFormat: emailFormat, attributes: {} })
    const dee = await userOf(fragmentOf(byAddress).get('access_token') ?? '')
    expect([dee.email, dee.identities[0].id]).toEqual(['dee@work.test', 'dee@work.test'])
  })
})
