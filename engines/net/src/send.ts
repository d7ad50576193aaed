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

const route = (address: string, { own, outbound, inbound }: SendDeps) => {
  const url = new URL(address)
  if (!own.origins.includes(url.origin)) return { via: outbound, url: url.href, host: {} }
  const reached = new URL(own.reachedAt)
  const host = { Host: url.host }
  url.protocol = reached.protocol
  url.host = reached.host
  return { via: inbound, url: url.href, host }
}

export const send = async (request: QueuedRequest, deps: SendDeps): Promise<Outcome> => {
  const started = performance.now()
  let resolved = started
  let connected: number | undefined
  const onStep = (step: 'resolved' | 'connected') => {
    if (step === 'connected') connected = performance.now()
    else resolved = performance.now()
  }
  const { method, body, timeoutMs } = request
  try {
    const { via, url, host } = route(request.url, deps)
    const answer = await via({
      url,
      method: method === 'POST' || method === 'DELETE' ? method : 'GET',
      headers: { Accept: '*/*', 'User-Agent': AGENT, ...headersOf(request.headers), ...host },
      ...(body === null ? {} : { body }),
      plainHttp: true,
      redirects: HOPS,
      timeoutMs: Math.max(timeoutMs, 1),
      bytes: LARGEST_BYTES,
      onStep,
    })
    return answered(answer)
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
