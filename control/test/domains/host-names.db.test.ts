// Custom hostnames and vanity subdomains, from wish to spec, against a real resolver and somebody's name server.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { startDnsServer, type Zone } from './dns-server.ts'

const zone: Zone = new Map()
const dns = await startDnsServer(zone)
/** How far the entrance is with certificates; nothing: it orders none. */
let certificate: { isThere: boolean; refusal: string | undefined } | undefined
const t = await testControl({
  settings: {
    domain: 'plinth.test',
    tlsPort: 443,
    dnsServers: [dns.address],
    certificateOf: async () => certificate,
  },
})
const [ref, other] = [await t.createProject(), await t.createProject()]
afterAll(async () => {
  await t.close()
  await dns.close()
})

const base = `/v1/projects/${ref}/custom-hostname`
const specOf = (which: string) => t.host.specs.findLast((spec) => spec.ref === which)
const initialize = (which: string, custom_hostname: string) =>
  t.asOwner('POST', `/v1/projects/${which}/custom-hostname/initialize`, { custom_hostname })
const step = (name: string) => t.asOwner('POST', `${base}/${name}`)

test('a custom hostname is proved, found to lead here, and activated', async () => {
  const begun = await initialize(ref, 'Shop.Example.com.')
  expect(begun).toMatchObject({
    status: 201,
    body: { status: '2_initiated', custom_hostname: 'shop.example.com' },
  })
  const [record] = begun.body.data.result.ssl.validation_records
  expect(record.txt_name).toBe('_plinth-challenge.shop.example.com')
  expect(begun.body.data.result.custom_origin_server).toBe(`${ref}.plinth.test`)

  const missing = (await step('reverify')).body
  expect(missing.status).toBe('2_initiated')
  expect(missing.data.result.verification_errors).toEqual([
    expect.stringContaining('no TXT record'),
    expect.stringContaining(`CNAME of ${ref}.plinth.test`),
  ])
  expect(await step('activate')).toMatchObject({
    status: 400,
    body: { message: 'Verification has not been completed.' },
  })
  expect(specOf(ref)?.hosts ?? []).toEqual([])

  zone.set(record.txt_name, { TXT: record.txt_value })
  expect((await step('reverify')).body.status).toBe('3_challenge_verified')
  zone.set('shop.example.com', { CNAME: `${ref}.plinth.test` })
  const ready = (await step('reverify')).body
  expect([ready.status, ready.data.result.ssl.status]).toEqual(['4_origin_setup_completed', 'active'])
  expect(specOf(ref)).toMatchObject({
    hosts: ['shop.example.com'],
    publicUrl: `http://${ref}.plinth.test:8000`,
  })
  expect((await step('reverify')).body.message).toMatch(/please proceed to activation/)

  expect((await step('activate')).body.status).toBe('5_services_reconfigured')
  expect(specOf(ref)).toMatchObject({ hosts: ['shop.example.com'], publicUrl: 'https://shop.example.com' })
  for (const name of ['activate', 'reverify'])
    expect((await step(name)).body.message).toBe('Custom hostname has already been activated.')
  expect((await initialize(ref, 'b.example.com')).status).toBe(400)
})

test('says how far the certificate of a custom hostname is, and why there is none', async () => {
  const ssl = async () => (await t.asOwner('GET', base)).body.data.result.ssl
  certificate = { isThere: false, refusal: undefined }
  expect(await ssl()).toMatchObject({ status: 'pending_issuance', validation_errors: [] })
  certificate = { isThere: false, refusal: 'DNS problem: SERVFAIL' }
  expect(await ssl()).toMatchObject({
    status: 'pending_issuance',
    validation_errors: [{ message: 'DNS problem: SERVFAIL' }],
  })
  certificate = { isThere: true, refusal: undefined }
  expect(await ssl()).toMatchObject({ status: 'active', validation_errors: [] })
  certificate = undefined
})

test('nobody else gets a name that was proved', async () => {
  expect((await initialize(other, 'shop.example.com')).body.message).toMatch(/Another project here/)
})

test('a name that nobody proved keeps nobody out', async () => {
  const third = await t.createProject()
  expect((await initialize(third, 'free.example.com')).status).toBe(201)
  expect((await initialize(other, 'free.example.com')).status).toBe(201)
})

test('the same addresses are as good as an alias', async () => {
  const { body } = await initialize(other, 'bare.example.com')
  const [record] = body.data.result.ssl.validation_records
  zone.set(record.txt_name, { TXT: record.txt_value })
  zone.set('bare.example.com', { A: '192.0.2.4' })
  zone.set(`${other}.plinth.test`, { A: '192.0.2.4' })
  const { body: verified } = await t.asOwner('POST', `/v1/projects/${other}/custom-hostname/reverify`)
  expect(verified.status).toBe('4_origin_setup_completed')
})

test('removing it gives the project its own address back', async () => {
  expect((await t.asOwner('DELETE', base)).status).toBe(200)
  expect(specOf(ref)).toMatchObject({ hosts: [], publicUrl: `http://${ref}.plinth.test:8000` })
  const gone = { status: 400, body: { message: 'No custom hostname configuration found.' } }
  expect(await t.asOwner('GET', base)).toMatchObject(gone)
  expect(await t.asOwner('DELETE', base)).toMatchObject(gone)
})

test.each([
  'localhost',
  '10.0.0.1',
  'a..b',
  '-a.example.com',
  'plinth.test',
  'x.plinth.test',
  'a b.example.com',
])('refuses %j as a hostname', async (name) => {
  const reply = await initialize(other, name)
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(/^custom_hostname: /)])
})

test('a vanity subdomain', async () => {
  const path = `/v1/projects/${ref}/vanity-subdomain`
  const check = async (which: string, vanity_subdomain: string) =>
    (
      await t.asOwner('POST', `/v1/projects/${which}/vanity-subdomain/check-availability`, {
        vanity_subdomain,
      })
    ).body.available
  const activate = (which: string, vanity_subdomain: string) =>
    t.asOwner('POST', `/v1/projects/${which}/vanity-subdomain/activate`, { vanity_subdomain })
  expect(await check(ref, 'my-shop')).toBe(true)
  for (const taken of ['api', 'db', other, 'a'.repeat(20)]) expect(await check(ref, taken)).toBe(false)
  expect((await t.asOwner('GET', path)).body).toEqual({ status: 'not-used' })

  expect(await activate(ref, 'my-shop')).toMatchObject({
    status: 201,
    body: { custom_domain: 'my-shop.plinth.test' },
  })
  expect((await t.asOwner('GET', path)).body).toEqual({
    status: 'active',
    custom_domain: 'my-shop.plinth.test',
  })
  expect(specOf(ref)).toMatchObject({
    hosts: ['my-shop.plinth.test'],
    publicUrl: 'http://my-shop.plinth.test:8000',
  })
  expect(await check(other, 'my-shop')).toBe(false)
  expect((await activate(other, 'my-shop')).status).toBe(400)
  expect((await t.asOwner('DELETE', path)).status).toBe(200)
  expect((await t.asOwner('DELETE', path)).status).toBe(400)
  expect(specOf(ref)).toMatchObject({ hosts: [], publicUrl: `http://${ref}.plinth.test:8000` })
})

test('two projects that want one name at once: one of them gets it', async () => {
  const replies = await Promise.all(
    [ref, other].map((which) =>
      t.asOwner('POST', `/v1/projects/${which}/vanity-subdomain/activate`, { vanity_subdomain: 'both' }),
    ),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 400])
})
