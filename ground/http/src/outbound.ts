// Requests to the outside world on somebody else's behalf. Addresses come from settings and from strangers' documents,
// so a request never reaches into the network we stand in: the very address that is connected to is checked, whatever
// name it hides behind, on every hop; and it never takes more time or memory than an answer may.

import { lookup as resolveName } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AllowedNetwork, isPublicAddress, nothingPrivate } from './private-network.ts'

export type OutboundRequest = {
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** How many times a GET goes on to where it is sent; each hop is checked. Default: never. */
  readonly redirects?: number
}
export type OutboundAnswer = {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
}
/** Any status is an answer; an address that must not be reached, or no answer at all, throws. */
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>

type OutboundOptions = {
  /** What the operator lets projects reach of private networks. Hosts named there may be spoken to in plain HTTP. */
  readonly allowed?: AllowedNetwork
  readonly timeoutMs?: number
  /** Largest answer. */
  readonly bytes?: number
}
type Limits = Required<OutboundOptions>

const defaults: Limits = { allowed: nothingPrivate, timeoutMs: 10_000, bytes: 1024 * 1024 }

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

const refuse = (host: string): Error => new Error(`${host} is not an address of the public network`)

/** Resolves a name, and fails when any of its addresses must not be reached. */
const guardedLookup =
  (allowed: AllowedNetwork): LookupFunction =>
  (host, options, done) => {
    resolveName(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return done(error ?? refuse(host), [])
      const isGood = (address: string) => isPublicAddress(address) || allowed.hasAddress(address)
      if (!allowed.hasHost(host) && !addresses.every(({ address }) => isGood(address))) {
        return done(refuse(host), [])
      }
      return options.all ? done(null, addresses) : done(null, first.address, first.family)
    })
  }

/** A literal address never passes `lookup`, so it is looked at here. */
const checkAddress = (url: URL, allowed: AllowedNetwork): void => {
  const host = hostOf(url)
  const isNamed = allowed.hasHost(host) || allowed.hasAddress(host)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed)) {
    throw new Error(`${url.protocol}//${url.host} is not an https address`)
  }
  if (isIP(host) !== 0 && !isNamed && !isPublicAddress(host)) throw refuse(host)
}

const collect = (answer: IncomingMessage, url: URL, bytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bytes) answer.destroy(new Error(`${url.origin} sent more than ${bytes} bytes`))
      else chunks.push(chunk)
    })
    answer.on('error', reject)
    answer.on('end', () => resolve(Buffer.concat(chunks).toString()))
  })

const send = (
  url: URL,
  request: OutboundRequest,
  limits: Limits,
  signal: AbortSignal,
): Promise<OutboundAnswer> =>
  new Promise((resolve, reject) => {
    const { allowed, bytes } = limits
    const options = {
      method: request.method ?? 'GET',
      signal,
      agent: false,
      headers: { accept: 'application/json', 'user-agent': 'plinth', ...request.headers },
      lookup: guardedLookup(allowed),
    }
    const sent = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (answer) => {
      const { statusCode: status = 0, headers } = answer
      collect(answer, url, bytes).then((text) => resolve({ status, text, headers }), reject)
    })
    sent.on('error', (error) =>
      reject(signal.aborted ? new Error(`${url.origin} did not answer in ${limits.timeoutMs} ms`) : error),
    )
    sent.end(request.body)
  })

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** The time limit counts for all hops together. */
export const makeOutbound = (options: OutboundOptions = {}): Outbound => {
  const limits: Limits = { ...defaults, ...options }
  const follow = async (
    request: OutboundRequest,
    address: string | URL,
    left: number,
    signal: AbortSignal,
  ): Promise<OutboundAnswer> => {
    const url = new URL(address)
    checkAddress(url, limits.allowed)
    const answer = await send(url, request, limits, signal)
    const location = answer.headers?.['location']
    if (left === 0 || !redirectStatuses.has(answer.status) || typeof location !== 'string') return answer
    return follow(request, new URL(location, url), left - 1, signal)
  }
  return async (request) => {
    const redirects = (request.method ?? 'GET') === 'GET' ? (request.redirects ?? 0) : 0
    return follow(request, request.url, redirects, AbortSignal.timeout(limits.timeoutMs))
  }
}

type Json = Readonly<Record<string, unknown>>

/** A JSON object or list; anything else, and any status but 2xx, throws. */
export const fetchJson = async (outbound: Outbound, request: OutboundRequest): Promise<Json> => {
  const { status, text } = await outbound(request)
  if (status < 200 || status > 299) throw new Error(`${new URL(request.url).origin} answered ${status}`)
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new SyntaxError('The answer is not a JSON document.')
  // Checked above; a list is read by its indexes.
  return value as Json
}
