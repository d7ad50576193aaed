// What SAML's two sides say about themselves: our own document, and that of an identity provider, read again in time.

import { X509Certificate } from 'node:crypto'
import { makeOutbound, parseAllowedNetwork } from '@plinth/http'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, queryOf } from '../open-id-provider.ts'
import { keys, nextSamlKey, type SamlProvider, samlKey, startSamlProvider } from '../saml-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const config = { saml_enabled: true, saml_private_key: samlKey }
let project: TestProject
let idp: SamlProvider
let service: TestAuth
beforeAll(async () => {
  project = await testProject()
  idp = await startSamlProvider()
  service = await project.auth(config)
})
afterAll(async () => {
  await project.drop()
  await idp.close()
})

describe('our own document', () => {
  it('names us, our addresses and a certificate that stays the same', async () => {
    const reply = await service.ask('GET', '/sso/saml/metadata')
    expect(reply.headers).toMatchObject({
      'content-type': 'application/xml',
      'cache-control': 'public, max-age=600',
    })
    const xml = String(reply.body)
    const base = 'http://ref.localhost:8000/auth/v1/sso/saml'
    expect(xml).toContain(`entityID="${base}/metadata"`)
    expect(xml.match(/<AssertionConsumerService /g)).toHaveLength(2)
    expect(xml).toContain(`Location="${base}/acs" index="1"`)
    expect(xml).toContain('WantAssertionsSigned="true"')
    expect(xml).not.toContain('AuthnRequestsSigned')
    const certificate = /<X509Certificate>([^<]+)</.exec(xml)?.[1] ?? ''
    const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect(parsed.subject).toBe('CN=SAML 2.0 Certificate for ref.localhost')
    const other = String((await service.ask('GET', '/sso/saml/metadata?download=true')).body)
    expect(other).toContain(certificate)
    expect(xml).not.toContain('encryption')
  })

  it('is a file when asked for, and stands where the operator says', async () => {
    const elsewhere = await project.auth({
      ...config,
      saml_external_url: 'https://id.example.com/auth/v1',
      saml_allow_encrypted_assertions: true,
    })
    const reply = await elsewhere.ask('GET', '/sso/saml/metadata?download=true')
    expect(reply.headers['content-disposition']).toBe('attachment; filename="metadata.xml"')
    expect(reply.body).toContain('entityID="https://id.example.com/auth/v1/sso/saml/metadata"')
    expect(reply.body).toContain('<KeyDescriptor use="encryption">')
  })

  it('announces the key that is to follow, and is read more often then', async () => {
    const certificatesOf = (xml: unknown) =>
      [...String(xml).matchAll(/use="(\w+)".*?<X509Certificate>([^<]+)</g)].map(([, use, text]) => ({
        use,
        text,
      }))
    const only = await service.ask('GET', '/sso/saml/metadata')
    const [own] = certificatesOf(only.body)
    expect(only.body).not.toContain('cacheDuration')
    const rotating = await project.auth({ ...config, saml_private_key_next: nextSamlKey })
    const reply = await rotating.ask('GET', '/sso/saml/metadata')
    expect(reply.headers['cache-control']).toBe('public, max-age=60')
    expect(reply.body).toContain('cacheDuration="PT1H"')
    const [first, second, ...others] = certificatesOf(reply.body)
    expect([first, second?.use, others]).toEqual([own, 'signing', []])
    expect(second?.text).not.toBe(own?.text)
    const sealing = await project.auth({
      ...config,
      saml_private_key_next: nextSamlKey,
      saml_allow_encrypted_assertions: true,
    })
    const uses = certificatesOf((await sealing.ask('GET', '/sso/saml/metadata')).body).map(({ use }) => use)
    expect(uses).toEqual(['signing', 'encryption', 'signing', 'encryption'])
    const told = async (one: TestAuth) =>
      (await one.ask('GET', '/settings')).body.saml_private_key_next_configured
    expect([await told(service), await told(rotating)]).toEqual([false, true])
  })

  it('is not there where SAML is off', async () => {
    const off = await project.auth()
    for (const [method, path] of [
      ['GET', '/sso/saml/metadata'],
      ['POST', '/sso/saml/acs'],
      ['POST', '/sso'],
    ] as const) {
      expect(await off.ask(method, path, method === 'POST' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { error_code: 'saml_provider_disabled', msg: 'SAML 2.0 is disabled' },
      })
    }
    expect((await off.ask('GET', '/settings')).body.saml_enabled).toBe(false)
    expect((await service.ask('GET', '/settings')).body.saml_enabled).toBe(true)
  })
})

it('reads the provider’s document again when it is too old, and lives with the old one when it cannot', async () => {
  const outbound = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.1') })
  const toHouse: typeof outbound = (request) =>
    outbound({ ...request, url: request.url.replace('https://idp.test', idp.address) })
  const fresh = await project.auth(config, { outbound: toHouse })
  const admin = { token: fresh.serviceToken }
  let document = idp.metadata([keys.other]).replaceAll(idp.entityId, `${idp.entityId}/fresh`)
  idp.serve(() => document)
  const wish = { type: 'saml', metadata_url: 'https://idp.test/metadata', domains: ['fresh.test'] }
  expect((await fresh.ask('POST', '/admin/sso/providers', wish, admin)).status).toBe(201)
  const issuer = `${idp.entityId}/fresh`
  const signIn = async (id: string) => {
    const SAMLResponse = await idp.answer(fresh, {
      issuer,
      nameId: id,
      attributes: { mail: `${id}@fresh.test` },
    })
    return fragmentOf(await idp.post(fresh, { SAMLResponse })).get('access_token')
  }
  expect(await signIn('early')).toBeNull()
  document = idp.metadata([keys.own]).replaceAll(idp.entityId, issuer)
  const read = idp.asked.length
  expect(await signIn('still')).toBeNull()
  expect(idp.asked.length).toBe(read)
  await project.admin.run(sql`update auth.saml_providers set updated_at = now() - interval '25 hours'`)
  expect(await signIn('rotated')).toBeTruthy()
  expect(await signIn('again')).toBeTruthy()
  expect(idp.asked.length).toBe(read + 1)
  document = 'nothing'
  await project.admin.run(sql`update auth.saml_providers set updated_at = now() - interval '25 hours'`)
  expect(await signIn('unreachable')).toBeTruthy()
  expect(fresh.noticed.map(({ event }) => event)).toContain('auth.saml_metadata_stale')
})

it('reads what was encrypted for the key that is to follow, once it is announced', async () => {
  const wish = { type: 'saml', metadata_xml: idp.metadata() }
  const { body: provider } = await service.ask('POST', '/admin/sso/providers', wish, {
    token: service.serviceToken,
  })
  const sealed = { ...config, saml_allow_encrypted_assertions: true }
  const follower = await project.auth({ ...sealed, saml_private_key: nextSamlKey })
  const SAMLResponse = await idp.answer(follower, {}, { isEncrypted: true })
  const early = await idp.post(await project.auth(sealed), { SAMLResponse, RelayState: '' })
  expect(queryOf(early).get('error_code')).toBe('validation_failed')
  const rotating = await project.auth({ ...sealed, saml_private_key_next: nextSamlKey })
  const reply = await idp.post(rotating, { SAMLResponse, RelayState: '' })
  expect(fragmentOf(reply).get('access_token')).toBeTruthy()
  const path = `/admin/sso/providers/${provider.id}`
  await service.ask('DELETE', path, undefined, { token: service.serviceToken })
})
