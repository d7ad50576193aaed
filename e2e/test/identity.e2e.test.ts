// Identity of others, through a whole installation: providers of single sign-on kept by the Management API, and an
// issuer of tokens in the operator's own network that changes its keys.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project } from '../src/manage.ts'

let published: object[] = []
const issuer = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }))
})
let installation: Installation
let manage: Manage
let project: Project
beforeAll(async () => {
  await new Promise<void>((resolve) => void issuer.listen(0, '127.0.0.1', resolve))
  installation = await copyInstallation({ PLINTH_PRIVATE_NETWORK: 'keys.invalid, 127.0.0.0/8' })
  manage = makeManage(installation)
  project = await createProject(manage, 'identity')
})
afterAll(async () => {
  await installation?.remove()
  issuer.closeAllConnections()
  await new Promise<void>((resolve) => void issuer.close(() => resolve()))
})

const newKey = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } }
}
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = ({ kid, privateKey }: { kid: string; privateKey: KeyObject }) => {
  const text = `${encode({ alg: 'ES256', kid, typ: 'JWT' })}.${encode({ sub: 'them', role: 'authenticated', exp: 4e9 })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

test('tokens of an issuer count, with its new key as with its old one, until the trust ends', async () => {
  const [first, second] = [newKey('first'), newKey('second')]
  published = [first.jwk]
  const path = `/v1/projects/${project.ref}/config/auth/third-party-auth`
  const jwks_url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`
  const made = await manage('POST', path, { jwks_url })
  expect(made.status).toBe(201)
  const ask = async (key: typeof first) => {
    const headers = { apikey: project.keys.publishable, authorization: `Bearer ${tokenOf(key)}` }
    return (await fetch(`${project.url}/rest/v1/`, { headers })).status
  }
  await expect.poll(() => ask(first)).toBe(200)
  published = [first.jwk, second.jwk]
  // Not before the issuer can bear it; no restart, no call to the Management API.
  await expect.poll(() => ask(second)).toBe(200)
  expect(await ask(newKey('nobody'))).toBe(401)
  expect((await manage('DELETE', `${path}/${made.body.id}`)).status).toBe(200)
  await expect.poll(() => ask(second)).toBe(401)
})

describe('single sign-on', () => {
  const path = () => `/v1/projects/${project.ref}/config/auth/sso/providers`
  const metadata_xml = (entityId: string) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const certificate = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    return [
      `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`,
      `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
      `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/sso"/></IDPSSODescriptor></EntityDescriptor>`,
    ].join('')
  }

  test('is refused until it is switched on', async () => {
    const refusal = { message: 'SAML 2.0 support is not enabled for this project.' }
    expect(await manage('GET', path())).toMatchObject({ status: 404, body: refusal })
    expect(await manage('POST', path(), { type: 'saml' })).toMatchObject({ status: 404, body: refusal })
    const patched = await manage('PATCH', `/v1/projects/${project.ref}/config/auth`, { saml_enabled: true })
    expect(patched).toMatchObject({ status: 200, body: { saml_enabled: true } })
    await expect.poll(async () => (await fetch(`${project.url}/auth/v1/sso/saml/metadata`)).status).toBe(200)
  })

  test('providers are made, shown, changed and removed, and people are sent to them', async () => {
    const wish = { type: 'saml', metadata_xml: metadata_xml('https://idp.test/a'), domains: ['a.test'] }
    const made = await manage('POST', path(), wish)
    expect(made).toMatchObject({
      status: 201,
      body: { saml: { entity_id: 'https://idp.test/a' }, domains: [{ domain: 'a.test' }] },
    })
    const one = `${path()}/${made.body.id}`
    expect((await manage('GET', one)).body).toEqual(made.body)
    expect((await manage('GET', path())).body.items).toMatchObject([{ id: made.body.id }])
    const attribute_mapping = { keys: { name: { names: ['displayName'], default: 'nobody' } } }
    const changed = await manage('PUT', one, { domains: ['b.test'], attribute_mapping })
    expect(changed).toMatchObject({
      status: 200,
      body: { domains: [{ domain: 'b.test' }], saml: { attribute_mapping } },
    })
    const supabase = createClient(project.url, project.keys.publishable, { auth: { persistSession: false } })
    const { data } = await supabase.auth.signInWithSSO({ domain: 'b.test' })
    expect(data?.url).toMatch(/^https:\/\/idp\.test\/a\/sso\?SAMLRequest=/)
    expect((await manage('POST', path(), wish)).status).toBe(422)
    const bad = await manage('POST', path(), { type: 'saml', metadata_url: 'https://10.0.0.1/' })
    expect(bad).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^Error fetching SAML/) },
    })
    expect((await manage('DELETE', one)).status).toBe(200)
    const gone = await manage('GET', one)
    expect(gone).toMatchObject({ status: 404, body: { message: 'SSO Identity Provider not found' } })
    expect((await manage('GET', path())).body).toEqual({ items: [] })
  })

  test('keys of the owner decide nothing about it', async () => {
    await manage('PUT', `/v1/projects/${project.ref}/api-keys/legacy?enabled=false`)
    await expect.poll(async () => (await manage('GET', path())).status).toBe(200)
  })
})
