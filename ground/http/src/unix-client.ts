// How our processes call each other: JSON over a unix socket, and streams of lines that come back by themselves.

import { Agent, type IncomingMessage, type RequestOptions, request as startRequest } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
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
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
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
async function* textOf(stream: IncomingMessage, socketPath: string): AsyncGenerator<string> {
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

type Sent = Pick<RequestOptions, 'method' | 'path' | 'timeout' | 'signal'> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string | undefined
}

/** The head of the answer; what follows it is the caller's to read. */
const send = (agent: Agent, socketPath: string, { text, ...options }: Sent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Said although the agent keeps none: a request that wants its connection closed is no plain one to our servers.
    const headers = { connection: 'keep-alive', ...options.headers }
    const sent = startRequest({ ...options, headers, agent, socketPath })
    sent.on('response', resolve)
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error(`No answer for ${options.timeout} ms.`)))
    sent.end(text)
  })

const readText = async (answer: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const piece of answer.setEncoding('utf8')) text += piece
  return text
}

type Line = { readonly agent: Agent; readonly socketPath: string; readonly path: string }

/** Always ends in an error; one that is not `process_not_reachable` is a mistake on one of the sides. */
const followOnce = async ({ agent, socketPath, path }: Line, follow: Follow): Promise<void> => {
  const answer = await send(agent, socketPath, { path, signal: follow.signal }).catch((error: unknown) => {
    throw httpErrors.notReachable(socketPath, error)
  })
  if (answer.statusCode !== 200) {
    answer.destroy()
    const problem = new Error(`${path} answered ${answer.statusCode}.`)
    // A process that is about to end refuses new requests.
    throw answer.statusCode === 503 ? httpErrors.notReachable(socketPath, problem) : problem
  }
  follow.onConnect?.()
  for await (const line of linesOf(textOf(answer, socketPath))) follow.onLine(line)
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

const headersOf = (text: string | undefined) =>
  text === undefined
    ? {}
    : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }

/** A client of the process behind `socketPath`: a connection for each call, since none is kept that may be gone. */
export const unixClient = (socketPath: string): UnixClient => {
  const agent = new Agent({ keepAlive: false })
  return {
    request: async (method, path, body, { timeoutMs = 30_000, headers = {} } = {}) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      try {
        const answer = await send(agent, socketPath, {
          method,
          path,
          headers: { ...headersOf(text), ...headers },
          timeout: timeoutMs,
          text,
        })
        return { status: answer.statusCode ?? 0, body: parse(await readText(answer)) }
      } catch (error) {
        throw httpErrors.notReachable(socketPath, error)
      }
    },
    follow: (path, follow) => followForEver({ agent, socketPath, path }, follow),
    close: async () => agent.destroy(),
  }
}
