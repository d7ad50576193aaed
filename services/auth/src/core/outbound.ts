// Requests to the outside world on a project's behalf. Addresses come from settings and from strangers' documents, so
// a request never follows a redirect, never reads more than it can use, and never reaches into the network we stand in:
// the very address that is connected to is checked, whatever name it hides behind.

import { lookup as resolveName } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export type OutboundRequest = {
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
export type OutboundAnswer = { readonly status: number; readonly text: string }
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>

const largest = 1024 * 1024
const patience = 10_000

const inside = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(net, prefix, 'ipv4')
}
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(net, prefix, 'ipv6')
}

/** Whether an address belongs to this machine or the network around it. IPv4 in IPv6 clothes counts as IPv4. */
export const isInside = (address: string): boolean =>
  inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const refuse = (host: string): Error => new Error(`${host} is not an address of the public network`)

/** Resolves a name, and fails when any of its addresses is inside. */
const lookupOutside: LookupFunction = (host, options, done) => {
  resolveName(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null || first === undefined) return done(error ?? refuse(host), [])
    if (addresses.some(({ address }) => isInside(address))) return done(refuse(host), [])
    if (options.all) return done(null, addresses)
    return done(null, first.address, first.family)
  })
}

const checkAddress = (url: URL, reachesInside: boolean): void => {
  if (reachesInside) return
  if (url.protocol !== 'https:') throw new Error(`${url.origin} is not an https address`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // No name to look up: a literal address is checked here.
  if (isIP(host) !== 0 && isInside(host)) throw refuse(host)
}

/** `reachesInside` is for operators whose identity provider stands in their own network, and for tests. */
export const makeOutbound =
  (reachesInside: boolean): Outbound =>
  ({ method = 'GET', url: address, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const url = new URL(address)
      checkAddress(url, reachesInside)
      const request = url.protocol === 'http:' ? requestHttp : requestHttps
      const signal = AbortSignal.timeout(patience)
      const sent = request(
        url,
        {
          method,
          signal,
          agent: false,
          headers: { accept: 'application/json', 'user-agent': 'plinth', ...headers },
          ...(reachesInside ? {} : { lookup: lookupOutside }),
        },
        (answer) => {
          const chunks: Buffer[] = []
          let size = 0
          answer.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > largest) answer.destroy(new Error(`${url.origin} sent more than ${largest} bytes`))
            else chunks.push(chunk)
          })
          answer.on('error', reject)
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })

type Json = Readonly<Record<string, unknown>>

/** A JSON object or list; anything else, and any status but 2xx, throws. */
export const fetchJson = async (outbound: Outbound, request: OutboundRequest): Promise<Json> => {
  const { status, text } = await outbound(request)
  if (status < 200 || status > 299) throw new Error(`${new URL(request.url).origin} answered ${status}`)
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('The answer is not a JSON document.')
  // Checked above; a list is read by its indexes.
  return value as Json
}
