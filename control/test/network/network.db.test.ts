// What the entrances do not enforce is refused instead of noted.

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
    { dbAllowedCidrs: ['10.0.0.0/8'] },
    400,
    /does not check addresses/,
  ],
  ['POST', '/network-restrictions/apply', {}, 400, /does not check addresses/],
  [
    'POST',
    '/network-restrictions/apply',
    { dbAllowedCidrs: ['10.0.0.0/33'] },
    400,
    /dbAllowedCidrs.0: must be/,
  ],
  ['POST', '/network-restrictions/apply', { dbAllowedCidrsV6: ['10.0.0.0/8'] }, 400, /must be an IPv6 range/],
  ['PATCH', '/network-restrictions', { add: { dbAllowedCidrs: ['10.1.2.3'] } }, 400, /does not check/],
  ['PATCH', '/network-restrictions', { remove: { dbAllowedCidrs: ['10.1.2.3'] } }, 200, /applied/],
  ['PATCH', '/network-restrictions', { remove: { dbAllowedCidrs: ['0.0.0.0/0'] } }, 400, /does not check/],
  ['POST', '/network-restrictions/review', { action: 'apply' }, 404, /^Review of network restrictions:/],
  ['DELETE', '/network-bans', { ipv4_addresses: ['nobody'] }, 400, /must be an IPv4 address/],
  ['DELETE', '/network-bans', {}, 400, /ipv4_addresses/],
  ['PUT', '/ssl-enforcement', { requestedConfig: { database: true } }, 400, /does not speak TLS/],
  ['PUT', '/ssl-enforcement', { requestedConfig: {} }, 400, /requestedConfig.database/],
  ['POST', '/custom-hostname/initialize', { custom_hostname: '' }, 400, /custom_hostname/],
  ['POST', '/custom-hostname/initialize', { custom_hostname: 'a.test' }, 400, /only under \{ref\}/],
  ['POST', '/custom-hostname/activate', {}, 400, /^No custom hostname configuration found.$/],
  ['POST', '/vanity-subdomain/activate', { vanity_subdomain: 'Shop' }, 400, /lower-case/],
  ['POST', '/vanity-subdomain/activate', { vanity_subdomain: 'shop' }, 400, /only under \{ref\}/],
]
test.each(cases)('%s %s %j is %i', async (...[method, tail, body, status, text]) => {
  const reply = await t.asOwner(method, `/v1/projects/${ref}${tail}`, body)
  expect(reply.status).toBe(status)
  const { message = '' } = reply.body
  expect(status < 400 ? JSON.stringify(reply.body) : [message].flat().join('; ')).toMatch(text)
})
