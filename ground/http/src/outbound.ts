// Requests to the outside world on somebody else's behalf. Addresses come from settings and from strangers' documents,
// so a request never reaches into the network we stand in: the very address that is connected to is checked, whatever
// name it hides behind, on every hop; and it never takes more time or memory than an answer may.

import { lookup as resolveName } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AllowedNetwork, isPublicAddress, nothingPrivate } from './private-network.ts'

export type OutboundRequest = {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** How many times a GET goes on to where it is sent; each hop is checked. Default: never. */
  readonly redirects?: number
  /** Whoever asks has chosen plain HTTP; otherwise only hosts that the operator names are spoken to without TLS. */
  readonly plainHttp?: boolean
  /** Instead of the limits all requests have. */
  readonly timeoutMs?: number
  readonly bytes?: number
  /** Told of each step on the way. */
  readonly onStep?: (step: 'resolved' | 'connected') => void
}
export type OutboundAnswer = {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turn, as they were written. */
  readonly rawHeaders?: readonly string[]
}
/** Any status is an answer; an address that must not be reached, or no answer at all, throws. */
export type Outbound = ((request: OutboundRequest) => Promise<OutboundAnswer>) & {
  /** What it may reach of private networks, for those who look at an address before they keep it. */
  readonly allowed?: AllowedNetwork
}

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
const checkAddress = (url: URL, allowed: AllowedNetwork, plainHttp = false): void => {
  const host = hostOf(url)
  const isNamed = allowed.hasHost(host) || allowed.hasAddress(host)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (isNamed || plainHttp))) {
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

/** Node says it only for the methods that usually have a body. */
const lengthOf = ({ body }: OutboundRequest) =>
  body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }

const tellSteps = (sent: ClientRequest, url: URL, onStep: NonNullable<OutboundRequest['onStep']>): void => {
  sent.once('socket', (socket) => {
    socket.once('lookup', () => onStep('resolved'))
    socket.once(url.protocol === 'http:' ? 'connect' : 'secureConnect', () => onStep('connected'))
  })
}

const send = (
  url: URL,
  request: OutboundRequest,
  limits: Limits,
  signal: AbortSignal,
): Promise<OutboundAnswer> =>
  new Promise((resolve, reject) => {
    const { allowed } = limits
    const { bytes = limits.bytes, onStep } = request
    const options = {
      method: request.method ?? 'GET',
      signal,
      agent: false,
      headers: {
        accept: 'application/json',
        'user-agent': 'plinth',
        ...request.headers,
        ...lengthOf(request),
      },
      lookup: guardedLookup(allowed),
    }
    const fail = (error: unknown) => {
      if (!signal.aborted) return reject(error)
      const ms = request.timeoutMs ?? limits.timeoutMs
      reject(new Error(`${url.origin} did not answer in ${ms} ms`, { cause: signal.reason }))
    }
    const sent = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (answer) => {
      const { statusCode: status = 0, headers, rawHeaders } = answer
      collect(answer, url, bytes).then((text) => resolve({ status, text, headers, rawHeaders }), fail)
    })
    sent.on('error', fail)
    if (onStep) tellSteps(sent, url, onStep)
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
    checkAddress(url, limits.allowed, request.plainHttp)
    const answer = await send(url, request, limits, signal)
    const location = answer.headers?.['location']
    if (left === 0 || !redirectStatuses.has(answer.status) || typeof location !== 'string') return answer
    return follow(request, new URL(location, url), left - 1, signal)
  }
  const outbound = async (request: OutboundRequest): Promise<OutboundAnswer> => {
    const redirects = (request.method ?? 'GET') === 'GET' ? (request.redirects ?? 0) : 0
    return follow(request, request.url, redirects, AbortSignal.timeout(request.timeoutMs ?? limits.timeoutMs))
  }
  return Object.assign(outbound, { allowed: limits.allowed })
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
