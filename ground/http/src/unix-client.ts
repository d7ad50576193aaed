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

/** Whole lines of a stream of bytes, as JSON. */
async function* linesOf(stream: Readable): AsyncGenerator<unknown> {
  let rest = ''
  for await (const piece of stream.setEncoding('utf8')) {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line)
  }
}

const followOnce = async (pool: Pool, path: string, follow: Follow): Promise<void> => {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path,
    signal: follow.signal,
    bodyTimeout: 0,
  })
  if (statusCode !== 200) {
    await body.dump()
    throw new Error(`${path} answered ${statusCode}.`)
  }
  follow.onConnect?.()
  for await (const line of linesOf(body)) follow.onLine(line)
  throw new Error(`The stream ${path} ended.`)
}

const followForEver = async (pool: () => Promise<Pool>, path: string, follow: Follow): Promise<void> => {
  let pause = firstPauseMs
  const onConnect = () => {
    pause = firstPauseMs
    follow.onConnect?.()
  }
  while (!follow.signal.aborted) {
    try {
      await followOnce(await pool(), path, { ...follow, onConnect })
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
    follow: (path, follow) => followForEver(pool, path, follow),
    close: async () => {
      await (await opened)?.destroy()
    },
  }
}
