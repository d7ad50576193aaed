// One request to an ACME authority, as the client library wants it sent: once, within a limit, and no longer than
// somebody waits for the order.

import { AsyncLocalStorage } from 'node:async_hooks'

/** The authority wants to be left alone for a while. */
export class TooMany extends Error {
  readonly seconds: number

  constructor(message: string, seconds: number) {
    super(message)
    this.seconds = seconds
  }
}

/** What is used of the library's request. */
type Asked = {
  readonly url?: string
  readonly method?: string
  readonly data?: string
  readonly headers: { readonly toJSON: () => Record<string, string> }
}

const requestMs = 30_000
const mostBytes = 1_000_000

/** The library hands nothing through to its requests, so they find the order they belong to here. */
const waiting = new AsyncLocalStorage<AbortSignal>()

/** Runs an order whose requests end with the signal. */
export const whileWanted = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  waiting.run(signal, work)

/** As sent with a 429 (RFC 8555 §6.6), in seconds or as a date; without one an hour. */
const secondsOf = (retryAfter: string | null): number => {
  const text = retryAfter ?? ''
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 3600
}

const detailOf = (text: string): string | undefined => {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

const send = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, init)
  } catch (error) {
    // Only the cause says what is wrong with a connection.
    const { cause } = error as Error
    const { code, message } = (cause ?? {}) as { code?: string; message?: string }
    if (cause === undefined) throw error
    throw new Error(`The certificate authority could not be reached: ${code ?? message}.`, { cause: error })
  }
}

/** An adapter of the library's HTTP client: answers of 4xx are its business, all else that is no success is thrown. */
export const askAuthority = async (config: Asked) => {
  const limits = [AbortSignal.timeout(requestMs), waiting.getStore()].filter((one) => one !== undefined)
  const response = await send(config.url ?? '', {
    method: (config.method ?? 'get').toUpperCase(),
    headers: config.headers.toJSON(),
    body: config.data ?? null,
    signal: AbortSignal.any(limits),
  })
  const text = await response.text()
  if (response.status === 429)
    throw new TooMany(
      detailOf(text) ?? 'The certificate authority was asked too often.',
      secondsOf(response.headers.get('retry-after')),
    )
  if (response.status >= 500 || text.length > mostBytes)
    throw new Error(`The certificate authority is out of order: ${detailOf(text) ?? response.status}.`)
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    data: text,
    config,
  }
}
