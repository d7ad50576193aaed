// Requests to the outside world never reach into the network we stand in, unless the operator says so.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetchJson, makeOutbound } from '../src/outbound.ts'
import { parseAllowedNetwork } from '../src/private-network.ts'

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end('moved')
  else if (request.url === '/around') response.writeHead(302, { location: '/around' }).end()
  else if (request.url === '/inside') response.writeHead(302, { location: 'https://10.0.0.1/' }).end()
  else if (request.url === '/plain') response.writeHead(302, { location: 'http://localhost/' }).end()
  else if (request.url === '/large') response.end('x'.repeat(2 * 1024 * 1024))
  else if (request.url === '/slow') response.write('x')
  else if (request.url === '/list') response.end('[1]')
  else if (request.url === '/number') response.end('1')
  else if (request.url === '/gone') response.writeHead(410).end('{}')
  else response.end('secret')
})
const url = (path: string, host = '127.0.0.1') =>
  `http://${host}:${(server.address() as AddressInfo).port}${path}`

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => void server.close(() => resolve()))
})

const outside = makeOutbound()
const httpsOf = (address: string) => address.replace('http:', 'https:')

it.each([
  ['plain HTTP', () => url('/')],
  ['plain HTTP to a name', () => 'http://keys.test/'],
  ['another scheme', () => 'ftp://keys.test/'],
  ['a literal address', () => httpsOf(url('/'))],
  ['an address as a number', () => 'https://2130706433/'],
  ['IPv4 in IPv6 clothes', () => 'https://[::ffff:127.0.0.1]/'],
  ['IPv4 in 6to4 clothes', () => 'https://[2002:7f00:1::]/'],
  ['a name of this machine', () => httpsOf(url('/', 'localhost'))],
])('refuses %s', async (_name, address) => {
  const before = asked.length
  await expect(outside({ url: address() })).rejects.toThrow(/not an (https )?address/)
  expect(asked.length).toBe(before)
})

it('speaks plain HTTP to the public network where that was asked for, and still not to this machine', async () => {
  const ask = (address: string) => outside({ url: address, plainHttp: true })
  await expect(ask(url('/'))).rejects.toThrow('not an address of the public network')
  await expect(ask(url('/', 'localhost'))).rejects.toThrow('not an address of the public network')
  await expect(ask('http://keys.invalid/')).rejects.toThrow('ENOTFOUND')
})

const here = (options = {}) =>
  makeOutbound({ allowed: parseAllowedNetwork('127.0.0.0/8, localhost'), ...options })

it('reaches what the operator named, by address or by name', async () => {
  expect(await here()({ url: url('/') })).toMatchObject({ status: 200, text: 'secret' })
  expect(await here()({ url: url('/', 'localhost') })).toMatchObject({ status: 200 })
  const byName = makeOutbound({ allowed: parseAllowedNetwork('localhost') })
  expect(await byName({ url: url('/', 'localhost') })).toMatchObject({ status: 200 })
  await expect(byName({ url: url('/') })).rejects.toThrow(/not an https address/)
})

it('goes on to another place only when told to, so often, and never to a private one', async () => {
  expect(await here()({ url: url('/redirect') })).toMatchObject({ status: 302, text: 'moved' })
  expect(await here()({ url: url('/redirect'), redirects: 1 })).toMatchObject({ text: 'secret' })
  const before = asked.length
  expect(await here()({ url: url('/around'), redirects: 3 })).toMatchObject({ status: 302 })
  expect(asked.length - before).toBe(4)
  await expect(here()({ url: url('/inside'), redirects: 1 })).rejects.toThrow(/not an address of the public/)
  const onlyAddress = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.1') })
  await expect(onlyAddress({ url: url('/plain'), redirects: 1 })).rejects.toThrow(/not an https address/)
  expect(await here()({ method: 'POST', url: url('/redirect'), redirects: 1 })).toMatchObject({ status: 302 })
})

it('reads no more than it can use and waits no longer than it should', async () => {
  await expect(here()({ url: url('/large') })).rejects.toThrow(/sent more than/)
  await expect(here({ timeoutMs: 50 })({ url: url('/slow') })).rejects.toThrow(/did not answer/)
})

it('takes documents, and nothing else, for JSON', async () => {
  expect(await fetchJson(here(), { url: url('/list') })).toEqual([1])
  for (const [path, why] of [
    ['/number', /JSON document/],
    ['/', /JSON/],
    ['/gone', /answered 410/],
  ] as const) {
    await expect(fetchJson(here(), { url: url(path) })).rejects.toThrow(why)
  }
})
