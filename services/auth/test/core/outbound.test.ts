// Requests to the outside world never reach into the network we stand in.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInside, makeOutbound } from '../../src/core/outbound.ts'

const server = createServer((request, response) => {
  if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end('moved')
  else if (request.url === '/large') response.end('x'.repeat(2 * 1024 * 1024))
  else response.end('secret')
})
const url = (path: string, host = '127.0.0.1') =>
  `http://${host}:${(server.address() as AddressInfo).port}${path}`

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => void server.close(() => resolve()))
})

describe('isInside', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
  ])('%s is', (address) => expect(isInside(address)).toBe(true))
  it.each(['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('%s is not', (address) =>
    expect(isInside(address)).toBe(false),
  )
})

const outside = makeOutbound(false)

it.each([
  ['plain HTTP', () => url('/')],
  ['a literal address', () => url('/').replace('http:', 'https:')],
  ['an address as a number', () => 'https://2130706433/'],
  ['IPv4 in IPv6 clothes', () => 'https://[::ffff:127.0.0.1]/'],
  ['a name of this machine', () => url('/', 'localhost').replace('http:', 'https:')],
])('refuses %s', async (_name, address) => {
  await expect(outside({ url: address() })).rejects.toThrow(/not an (https )?address/)
})

const anywhere = makeOutbound(true)

it('follows no redirect and reads no more than it can use', async () => {
  expect(await anywhere({ url: url('/redirect') })).toEqual({ status: 302, text: 'moved' })
  await expect(anywhere({ url: url('/large') })).rejects.toThrow(/sent more than/)
  expect(await anywhere({ url: url('/') })).toEqual({ status: 200, text: 'secret' })
})
