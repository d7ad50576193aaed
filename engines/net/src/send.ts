// One request and what became of it; never throws.

import type { Outbound, OutboundAnswer } from '@plinth/http'
import { timeoutWords, wordsOf } from './error-words.ts'
import type { QueuedRequest } from './sql/claim-requests.ts'
import type { Outcome } from './sql/insert-response.ts'

/** The branch's own API: under which addresses it is asked for, and where it is reached from this machine. */
export type OwnAddress = { readonly origins: readonly string[]; readonly reachedAt: string }

export type SendDeps = {
  /** To the world, by its rules. */
  readonly outbound: Outbound
  /** To this very branch, wherever it stands. */
  readonly inbound: Outbound
  readonly own: OwnAddress
}

const AGENT = 'pg_net/0.20.4'
const LARGEST_BYTES = 16 * 1024 * 1024
const HOPS = 10

const headersOf = (headers: unknown): Readonly<Record<string, string>> =>
  typeof headers === 'object' && headers !== null && !Array.isArray(headers)
    ? Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      )
    : {}

/** As they were written, the last of several alike. */
const namedHeaders = (raw: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [])))

const answered = ({ status, text, rawHeaders = [] }: OutboundAnswer): Outcome => {
  const headers = namedHeaders(rawHeaders)
  const [, contentType = null] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  // Text of the database holds no zero characters.
  const content = text.replaceAll('\0', '')
  return {
    status,
    contentType,
    headers,
    content: content === '' ? null : content,
    timedOut: false,
    error: null,
  }
}

const failed = (error: string, timedOut = false): Outcome => {
  return { status: null, contentType: null, headers: null, content: null, timedOut, error }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof DOMException && error.cause.name === 'TimeoutError'

const route = (url: URL, { own, outbound, inbound }: SendDeps) => {
  if (!own.origins.includes(url.origin)) return { via: outbound, url: url.href, host: {} }
  const reached = new URL(url)
  const { protocol, host } = new URL(own.reachedAt)
  reached.protocol = protocol
  reached.host = host
  return { via: inbound, url: reached.href, host: { Host: url.host } }
}

const withoutNames = (headers: Readonly<Record<string, string>>, names: RegExp) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)))

type Hop = {
  readonly url: URL
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

const firstHop = ({ url, method, headers, body }: QueuedRequest): Hop => ({
  url: new URL(url),
  method: method === 'POST' || method === 'DELETE' ? method : 'GET',
  headers: { Accept: '*/*', 'User-Agent': AGENT, ...headersOf(headers) },
  body,
})

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/**
 * Where an answer sends a request on to, as upstream's library goes: a POST becomes a GET unless the status says that it
 * must not, and credentials stay with the host they were meant for.
 */
const nextHop = (hop: Hop, { status, headers }: OutboundAnswer): Hop | undefined => {
  const location = headers?.['location']
  if (!redirectStatuses.has(status) || typeof location !== 'string') return undefined
  const url = new URL(location, hop.url)
  const isElsewhere = url.origin !== hop.url.origin
  const headersThere = isElsewhere ? withoutNames(hop.headers, /^(authorization|cookie|host)$/i) : hop.headers
  if (status === 307 || status === 308) return { ...hop, url, headers: headersThere }
  return {
    url,
    method: hop.method === 'POST' ? 'GET' : hop.method,
    headers: withoutNames(headersThere, /^content-(type|length)$/i),
    body: null,
  }
}

type Limits = { readonly until: number; readonly onStep: (step: 'resolved' | 'connected') => void }

/** Each hop is judged anew: our own API may send a request on to anywhere. */
const follow = async (hop: Hop, deps: SendDeps, limits: Limits, left = HOPS): Promise<OutboundAnswer> => {
  const { via, url, host } = route(hop.url, deps)
  const answer = await via({
    url,
    method: hop.method,
    headers: { ...('Host' in host ? withoutNames(hop.headers, /^host$/i) : hop.headers), ...host },
    ...(hop.body === null ? {} : { body: hop.body }),
    plainHttp: true,
    timeoutMs: Math.max(Math.ceil(limits.until - performance.now()), 1),
    bytes: LARGEST_BYTES,
    onStep: limits.onStep,
  })
  const next = left > 0 ? nextHop(hop, answer) : undefined
  return next ? follow(next, deps, limits, left - 1) : answer
}

export const send = async (request: QueuedRequest, deps: SendDeps): Promise<Outcome> => {
  const started = performance.now()
  let resolved = started
  let connected: number | undefined
  const onStep = (step: 'resolved' | 'connected') => {
    if (step === 'connected') connected = performance.now()
    else resolved = performance.now()
  }
  const { timeoutMs } = request
  try {
    return answered(await follow(firstHop(request), deps, { until: started + timeoutMs, onStep }))
  } catch (error) {
    if (!isTimeout(error)) return failed(wordsOf(error))
    const handshakeEnd = connected ?? performance.now()
    const dnsMs = resolved - started
    return failed(
      timeoutWords(timeoutMs, {
        dnsMs,
        handshakeMs: handshakeEnd - resolved,
        httpMs: performance.now() - handshakeEnd,
      }),
      true,
    )
  }
}
