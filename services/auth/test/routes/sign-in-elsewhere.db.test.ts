// What the official client does with other people's identities: sign-in at a real OpenID provider and a real SAML one,
// with a code and without, linking and unlinking, and where people end up.

import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, houseAddress, startHouse } from '../house-provider.ts'
import { fragmentOf, people, queryOf } from '../open-id-provider.ts'
import { type SamlProvider, samlKey, startSamlProvider } from '../saml-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let service: TestAuth
let house: House
let idp: SamlProvider
beforeAll(async () => {
  project = await testProject()
  idp = await startSamlProvider()
  house = await startHouse()
  const config = {
    custom_oauth_enabled: true,
    security_manual_linking_enabled: true,
    saml_enabled: true,
    saml_private_key: samlKey,
    uri_allow_list: 'https://*.shop.test/**,shop://back',
  }
  service = await project.auth(config, { outbound: house.outbound })
})
afterAll(async () => {
  await project.drop()
  await idp.close()
  await house.close()
})

/** The client's requests go straight to the service. */
const toService: typeof fetch = async (input, init) => {
  const url = new URL(String(input))
  const headers = Object.fromEntries(new Headers(init?.headers))
  const path = `${url.pathname.slice('/auth/v1'.length)}${url.search}`
  const reply = await service.ask(init?.method ?? 'GET', path, init?.body as string | undefined, { headers })
  const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  return new Response(body === '' ? null : body, { status: reply.status, headers: reply.headers })
}
const client = (flowType: 'pkce' | 'implicit', key = service.anonToken) =>
  createClient('http://ref.localhost:8000', key, {
    auth: { flowType, persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: toService },
  }).auth

/** What the browser does at the OpenID provider. */
const visit = (url: string | null | undefined, who: string) => house.visit(service, url, who)

const provider = 'custom:house'
const oauth = async (auth: ReturnType<typeof client>, redirectTo?: string) => {
  const options = { skipBrowserRedirect: true, ...(redirectTo === undefined ? {} : { redirectTo }) }
  const { data, error } = await auth.signInWithOAuth({ provider, options })
  expect(error).toBeNull()
  return String(data.url)
}
/** Follows the client's own address to the provider. */
const authorizeAt = async (url: string) => {
  const { pathname, search } = new URL(url)
  const { headers } = await service.ask('GET', `${pathname.slice('/auth/v1'.length)}${search}`)
  return headers['location']
}

describe('providers of the project’s own', () => {
  it('are kept through the client', async () => {
    const { customProviders } = client('pkce', service.serviceToken).admin
    const secrets = { client_id: 'plinth', client_secret: 'sesame' }
    const made = await customProviders.createProvider({
      provider_type: 'oidc',
      identifier: provider,
      name: 'House',
      issuer: houseAddress,
      scopes: ['email', 'profile'],
      ...secrets,
    })
    expect([made.error, made.data?.identifier]).toEqual([null, provider])
    const changed = await customProviders.updateProvider(provider, { name: 'The house' })
    expect(changed.data?.name).toBe('The house')
    expect((await customProviders.getProvider(provider)).data).toEqual(changed.data)
    expect((await customProviders.listProviders({ type: 'oidc' })).data.providers).toEqual([changed.data])
    const other = {
      ...secrets,
      provider_type: 'oidc' as const,
      identifier: 'custom:gone',
      name: 'x',
      issuer: houseAddress,
    }
    await customProviders.createProvider(other)
    expect((await customProviders.deleteProvider('custom:gone')).error).toBeNull()
    expect((await customProviders.getProvider('custom:gone')).error?.code).toBe('custom_provider_not_found')
  })
})

describe('OAuth', () => {
  it('signs in with a code, once, and with the tokens of the provider', async () => {
    const auth = client('pkce')
    const reply = await visit(await authorizeAt(await oauth(auth)), 'ada')
    const code = queryOf(reply).get('code') ?? ''
    const stolen = await client('pkce').exchangeCodeForSession(code)
    expect(stolen.error).not.toBeNull()
    const { data } = await auth.exchangeCodeForSession(code)
    expect(data.user?.email).toBe('ada@oidc.test')
    expect(data.session?.provider_token).toBeTruthy()
    expect((await auth.getUser()).data.user?.app_metadata).toMatchObject({ provider })
  })

  it('signs in without one: the session stands in the fragment', async () => {
    const auth = client('implicit')
    const reply = await visit(await authorizeAt(await oauth(auth)), 'ada')
    const told = fragmentOf(reply)
    const { data } = await auth.setSession({
      access_token: told.get('access_token') ?? '',
      refresh_token: told.get('refresh_token') ?? '',
    })
    expect(data.user?.email).toBe('ada@oidc.test')
  })

  it.each([
    ['https://eu.shop.test/deep/down?x=1', true],
    ['shop://back', true],
    ['https://eu.shop.test.evil.test/', false],
    ['https://a.b.shop.test/', false],
    ['https://evil.test/?https://eu.shop.test/', false],
    ['javascript:alert(1)', false],
  ])('asked to end at %s: %s', async (wish, isAllowed) => {
    const reply = await visit(await authorizeAt(await oauth(client('implicit'), wish)), 'ada')
    const location = reply.headers['location']?.split('#')[0] ?? ''
    expect(location).toBe(isAllowed ? wish : 'http://localhost:3000')
  })

  it('links an identity to an account and takes it away again, but never the last one', async () => {
    people['ida'] = { email: 'ida@oidc.test', email_verified: true, name: 'Ida' }
    const auth = client('pkce')
    await auth.signUp({ email: 'ida@shop.test', password: 'correct horse' })
    const linked = await auth.linkIdentity({ provider, options: { skipBrowserRedirect: true } })
    expect(linked.error).toBeNull()
    const reply = await visit(linked.data.url, 'ida')
    await auth.exchangeCodeForSession(queryOf(reply).get('code') ?? '')
    const identities = async () => (await auth.getUserIdentities()).data?.identities ?? []
    expect((await identities()).map((one) => one.provider).sort()).toEqual([provider, 'email'])
    const [house1] = (await identities()).filter((one) => one.provider === provider)
    const [email] = (await identities()).filter((one) => one.provider === 'email')
    if (house1 === undefined || email === undefined) throw new Error('An identity is missing.')
    expect((await auth.unlinkIdentity(house1)).error).toBeNull()
    expect((await identities()).map((one) => one.provider)).toEqual(['email'])
    expect((await auth.unlinkIdentity(email)).error?.code).toBe('single_identity_not_deletable')
  })
})

describe('single sign-on', () => {
  it('signs in by domain, with a code', async () => {
    const wish = { type: 'saml', metadata_xml: idp.metadata(), domains: ['work.test'] }
    await service.ask('POST', '/admin/sso/providers', wish, { token: service.serviceToken })
    const auth = client('pkce')
    const { data, error } = await auth.signInWithSSO({
      domain: 'work.test',
      options: { skipBrowserRedirect: true, redirectTo: 'https://eu.shop.test/in' },
    })
    expect(error).toBeNull()
    const { request, relayState } = await idp.readRequest(service, data?.url ?? '')
    const SAMLResponse = await idp.answer(service, { inResponseTo: request.request.id })
    const reply = await idp.post(service, { SAMLResponse, RelayState: relayState })
    expect(reply.headers['location']).toMatch(/^https:\/\/eu\.shop\.test\/in\?code=/)
    const session = await auth.exchangeCodeForSession(queryOf(reply).get('code') ?? '')
    expect(session.data.user?.email).toBe('ada@work.test')
    expect((await client('pkce').signInWithSSO({ domain: 'nowhere.test' })).error?.code).toBe(
      'sso_provider_not_found',
    )
  })
})
