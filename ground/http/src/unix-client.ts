// How our processes call each other: JSON over a unix socket, and streams of lines that come back by themselves.

import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Dispatcher, Pool } from 'undici'
import { httpErrors } from './errors.ts'

export type Answer = { readonly status: number; readonly body: unknown }

export type Follow = {
  readonly onLine: (value: unknown) => void
  /** Called with each new connection, before its first line: what was known before may be out of date. */
  readonly onConnect?: () => void
  /** Called when a connection is lost or was refused; the next attempt follows by itself. */
  readonly onLost?: (error: unknown) => void
  readonly signal: AbortSignal
}

export type UnixClient = {
  /** Any status is an answer; only no answer at all is an error (`process_not_reachable`). */
  readonly request: (
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    options?: { readonly timeoutMs?: number; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<Answer>
  /** Follows an NDJSON stream until the signal; resolves then. */
  readonly follow: (path: string, follow: Follow) => Promise<void>
  readonly close: () => Promise<void>
}

const firstPauseMs = 50
const longestPauseMs = 2000

const parse = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Text of a stream for as long as the other side sends; it is not at an end before we say so. */
async function* textOf(stream: Readable, socketPath: string): AsyncGenerator<string> {
  try {
    yield* stream.setEncoding('utf8')
  } catch (error) {
    throw httpErrors.notReachable(socketPath, error)
  }
  throw httpErrors.notReachable(socketPath, new Error('The stream ended.'))
}

/** Whole lines of pieces of text, as JSON. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<unknown> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line)
  }
}

type Line = { readonly pool: () => Promise<Pool>; readonly socketPath: string; readonly path: string }

/** Always ends in an error; one that is not `process_not_reachable` is a mistake on one of the sides. */
const followOnce = async ({ pool, socketPath, path }: Line, follow: Follow): Promise<void> => {
  const { statusCode, body } = await (await pool())
    .request({ method: 'GET', path, signal: follow.signal, bodyTimeout: 0 })
    .catch((error: unknown) => {
      throw httpErrors.notReachable(socketPath, error)
    })
  if (statusCode !== 200) {
    await body.dump()
    const problem = new Error(`${path} answered ${statusCode}.`)
    // A process that is about to end refuses new requests.
    throw statusCode === 503 ? httpErrors.notReachable(socketPath, problem) : problem
  }
  follow.onConnect?.()
  for await (const line of linesOf(textOf(body, socketPath))) follow.onLine(line)
}

const followForEver = async (line: Line, follow: Follow): Promise<void> => {
  let pause = firstPauseMs
  const onConnect = () => {
    pause = firstPauseMs
    follow.onConnect?.()
  }
  while (!follow.signal.aborted) {
    try {
      await followOnce(line, { ...follow, onConnect })
    } catch (error) {
      if (follow.signal.aborted) return
      follow.onLost?.(error)
    }
    await wait(pause, undefined, { signal: follow.signal }).catch(() => undefined)
    pause = Math.min(pause * 2, longestPauseMs)
  }
}

/** A client of the process behind `socketPath`. Nothing is opened before the first call. */
export const unixClient = (socketPath: string): UnixClient => {
  let opened: Promise<Pool> | undefined
  // On first use: the library costs 28 MB at import (measured 2026-11), which an idle stack need not pay.
  const pool = () => {
    opened ??= import('undici').then(
      (undici) => new undici.Pool('http://localhost', { socketPath, keepAliveTimeout: 4000 }),
    )
    return opened
  }
  return {
    request: async (method, path, body, options = {}) => {
      const timeout = options.timeoutMs ?? 30_000
      try {
        const answer = await (await pool()).request({
          method,
          path,
          headers:
            body === undefined
              ? { ...options.headers }
              : { 'content-type': 'application/json', ...options.headers },
          body: body === undefined ? null : JSON.stringify(body),
          headersTimeout: timeout,
          bodyTimeout: timeout,
        })
        return { status: answer.statusCode, body: parse(await answer.body.text()) }
      } catch (error) {
        throw httpErrors.notReachable(socketPath, error)
      }
    },
    follow: (path, follow) => followForEver({ pool, socketPath, path }, follow),
    close: async () => {
      await (await opened)?.destroy()
    },
  }
}
