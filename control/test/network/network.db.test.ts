// Who may connect, and how: what is set goes into the spec that the entrance follows; what nobody enforces is refused.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

const open = { dbAllowedCidrs: ['0.0.0.0/0'], dbAllowedCidrsV6: ['::/0'] }
const cases: readonly (readonly [
  method: string,
  tail: string,
  body: object,
  status: number,
  text: RegExp,
])[] = [
  ['POST', '/network-restrictions/apply', open, 201, /applied/],
  [
    'POST',
    '/network-restrictions/apply',
    { dbAllowedCidrs: ['10.0.0.0/33'] },
    400,
    /dbAllowedCidrs.0: must be/,
  ],
  ['POST', '/network-restrictions/apply', { dbAllowedCidrsV6: ['10.0.0.0/8'] }, 400, /must be an IPv6 range/],
  ['POST', '/network-restrictions/review', { action: 'apply' }, 404, /^Review of network restrictions:/],
  ['DELETE', '/network-bans', { ipv4_addresses: ['nobody'] }, 400, /must be an IP address/],
  ['DELETE', '/network-bans', {}, 400, /ipv4_addresses/],
  ['PUT', '/ssl-enforcement', { requestedConfig: {} }, 400, /requestedConfig.database/],
  ['POST', '/custom-hostname/initialize', { custom_hostname: '' }, 400, /custom_hostname/],
  ['POST', '/custom-hostname/activate', {}, 400, /^No custom hostname configuration found.$/],
  ['POST', '/vanity-subdomain/activate', { vanity_subdomain: 'Shop' }, 400, /lower-case/],
]
test.each(cases)('%s %s %j is %i', async (...[method, tail, body, status, text]) => {
  const reply = await t.asOwner(method, `/v1/projects/${ref}${tail}`, body)
  expect(reply.status).toBe(status)
  const { message = '' } = reply.body
  expect(status < 400 ? JSON.stringify(reply.body) : [message].flat().join('; ')).toMatch(text)
})

test('restrictions and the insistence on TLS are set, told and handed to the host', async () => {
  const restrictions = `/v1/projects/${ref}/network-restrictions`
  const ask = async (method: string, path: string, body?: object) =>
    (await t.asOwner(method, path, body)).body
  const network = () => t.host.specs.findLast((spec) => spec.ref === ref)?.network

  expect(
    await ask('POST', `${restrictions}/apply`, { dbAllowedCidrs: ['10.0.0.0/8', '192.0.2.7'] }),
  ).toMatchObject({ config: { dbAllowedCidrs: ['10.0.0.0/8', '192.0.2.7/32'], dbAllowedCidrsV6: [] } })
  expect(network()).toEqual({ allowedCidrs: ['10.0.0.0/8', '192.0.2.7/32'] })

  const patch = { add: { dbAllowedCidrsV6: ['2001:db8::/32'] }, remove: { dbAllowedCidrs: ['192.0.2.7'] } }
  expect((await ask('PATCH', restrictions, patch)).config.dbAllowedCidrs).toEqual([
    { address: '10.0.0.0/8', type: 'v4' },
    { address: '2001:db8::/32', type: 'v6' },
  ])
  expect((await ask('GET', restrictions)).config).toEqual({
    dbAllowedCidrs: ['10.0.0.0/8'],
    dbAllowedCidrsV6: ['2001:db8::/32'],
  })

  const enforcement = `/v1/projects/${ref}/ssl-enforcement`
  expect(await ask('PUT', enforcement, { requestedConfig: { database: true } })).toMatchObject({
    currentConfig: { database: true },
  })
  expect(await ask('GET', enforcement)).toMatchObject({ currentConfig: { database: true } })
  expect(network()).toEqual({ allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'], requireTls: true })
  expect(await ask('POST', `${restrictions}/apply`, {})).toMatchObject({ config: { dbAllowedCidrs: [] } })
  expect(network()?.allowedCidrs).toEqual([])
})

test("bans of the entrance are listed and lifted, the asker's own by a word", async () => {
  const bans = `/v1/projects/${ref}/network-bans`
  const banned = async () => (await t.asOwner('POST', `${bans}/retrieve`)).body
  for (const address of ['203.0.113.7', '2001:db8::7', '127.0.0.1']) t.host.banned.add(address)

  expect(await banned()).toEqual({ banned_ipv4_addresses: ['203.0.113.7', '2001:db8::7', '127.0.0.1'] })
  expect((await t.asOwner('POST', `${bans}/retrieve/enriched`)).body.banned_ipv4_addresses).toContainEqual({
    banned_address: '203.0.113.7',
    identifier: ref,
    type: 'PRIMARY',
  })
  const lift = (body: object) => t.asOwner('DELETE', bans, body)
  const ofAnother = { ipv4_addresses: ['203.0.113.7'], identifier: 'another-database' }
  expect((await lift(ofAnother)).status).toBe(200)
  expect((await banned()).banned_ipv4_addresses).toHaveLength(3)
  expect((await lift({ ipv4_addresses: ['2001:db8::7'], identifier: ref })).status).toBe(200)
  expect((await banned()).banned_ipv4_addresses).toEqual(['203.0.113.7', '127.0.0.1'])
  expect((await lift({ ipv4_addresses: [], requester_ip: true })).status).toBe(200)
  expect((await banned()).banned_ipv4_addresses).toEqual(['203.0.113.7'])
})
