// Which addresses are public, and what an operator may name besides.

import { expect, it, test } from 'vitest'
import { badNetworkEntries, isPublicAddress, parseAllowedNetwork } from '../src/private-network.ts'

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fec0::1',
  'fd00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2002:c0a8:101::1',
  '2001::1',
  '2001:db8::1',
  '100::1',
  '3fff::1',
  'localhost',
  '',
])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))

it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test('names, addresses and ranges are allowed as they are written', () => {
  const allowed = parseAllowedNetwork(' IdP.corp.example, 10.20.0.0/16,192.168.7.7 , fd00:1::/32,')
  const hosts = ['idp.corp.example', 'IDP.CORP.EXAMPLE', 'corp.example', 'x.idp.corp.example']
  expect(hosts.map(allowed.hasHost)).toEqual([true, true, false, false])
  const addresses = ['10.20.3.4', '10.21.0.1', '192.168.7.7', '192.168.7.8', 'fd00:1::9', 'fd00:2::9']
  expect(addresses.map(allowed.hasAddress)).toEqual([true, false, true, false, true, false])
  expect(allowed.hasAddress('::ffff:10.20.3.4')).toBe(true)
  expect(parseAllowedNetwork('').hasAddress('10.0.0.1')).toBe(false)
})

test('entries that mean nothing are named', () => {
  const list = 'idp.example, 10.0.0.0/33, 300.1.1.1, https://x.example, fd00::/8/1, -bad, 10.0.0.0/8'
  const bad = ['10.0.0.0/33', '300.1.1.1', 'https://x.example', 'fd00::/8/1', '-bad']
  expect(badNetworkEntries(list)).toEqual(bad)
  expect(() => parseAllowedNetwork('300.1.1.1')).toThrow(/300\.1\.1\.1/)
})
