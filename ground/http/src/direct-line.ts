// The hot line: requests that go past the framework, from whoever carries them to a service and back. What our servers do
// for every request (an id, browsers allowed, errors in a dialect, one line at the end) is done here from the same parts.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Observe } from '@plinth/contracts'
import { type PlinthError, toPlinthError } from '@plinth/errors'
import type { Carrier } from './carrier.ts'
import { browserHeaders, isPreflight, preflightHeaders } from './cors.ts'
import { noticeFailure, type Rendered } from './dialect.ts'
import { type DirectAnswer, DirectRequest, type DirectService } from './direct-request.ts'
import { httpErrors } from './errors.ts'
import { hasBody } from './read-body.ts'
import { finishedRequest } from './request-line.ts'

/** Takes one request of a server and answers it. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** The same on the hot line. */
export type DirectHandle = (carrier: Carrier) => void

export type DirectOptions = {
  readonly service: DirectService
  /** What is cut off the path before the service sees it, `/rest/v1`. */
  readonly prefix: string
  /** Sets the caller. What it answers is why not, said in `dialect`. */
  readonly admit: (request: DirectRequest) => PlinthError | undefined
  /** May they, now? What it throws is said in the service's own dialect. */
  readonly allow: (request: DirectRequest) => void
  /** How errors look that come before the service is asked. */
  readonly dialect: (error: PlinthError) => Rendered
  /** Largest body in bytes. */
  readonly bodyLimit: number
  readonly observe: Observe
  /** The branch, on request lines. */
  readonly ref: string
}

/** One service on its hot line. */
export const directLine = (options: DirectOptions): DirectHandle => {
  const line = new DirectLine(options)
  return (carrier) => line.take(new DirectRequest(carrier))
}

class DirectLine {
  readonly #options: DirectOptions

  constructor(options: DirectOptions) {
    this.#options = options
  }

  take(request: DirectRequest): void {
    if (isPreflight(request)) {
      this.#send(request, { status: 204, headers: preflightHeaders(request.headers), body: null })
      return
    }
    const refusal = hasWrongEscape(request.raw.url) ? httpErrors.badUrl() : this.#options.admit(request)
    if (refusal === undefined) this.#enter(request)
    else this.#refuse(request, refusal, this.#options.dialect)
  }

  #enter(request: DirectRequest): void {
    try {
      this.#options.allow(request)
      request.locate(this.#options.prefix.length)
      if (!hasBody(request)) {
        this.#ask(request, undefined)
        return
      }
      const body = request.raw.readBody(this.#options.bodyLimit)
      if (Buffer.isBuffer(body)) this.#ask(request, body)
      else
        body.then(
          (whole) => this.#ask(request, whole),
          (error: unknown) => this.#fail(request, error),
        )
    } catch (error) {
      this.#fail(request, error)
    }
  }

  #ask(request: DirectRequest, body: Buffer | undefined): void {
    try {
      this.#options.service.answer(request, body).then(
        (answer) => this.#deliver(request, answer),
        (error: unknown) => this.#fail(request, error),
      )
    } catch (error) {
      this.#fail(request, error)
    }
  }

  /** A service may answer with what cannot be said in HTTP. */
  #deliver(request: DirectRequest, answer: DirectAnswer): void {
    try {
      this.#send(request, answer)
    } catch (error) {
      this.#fail(request, error)
    }
  }

  #fail(request: DirectRequest, thrown: unknown): void {
    this.#refuse(request, toPlinthError(thrown), this.#options.service.dialect)
  }

  #refuse(request: DirectRequest, error: PlinthError, dialect: DirectOptions['dialect']): void {
    noticeFailure(this.#options.observe, request.id, error)
    request.errorCode = error.code
    const { status, headers = {}, body } = dialect(error)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    try {
      this.#send(request, { status, headers: { 'content-type': jsonType, ...headers }, body: text })
    } catch {
      request.raw.destroy()
    }
  }

  /** One write: the head and a body that is text leave together. */
  #send(request: DirectRequest, { status, headers, body }: DirectAnswer): void {
    if (request.isGone) return
    const bytes = body === null ? 0 : Buffer.byteLength(body)
    request.raw.send(status, headList(request, status, headers, bytes), body)
    this.#options.observe(
      finishedRequest({
        requestId: request.id,
        ref: this.#options.ref,
        route: this.#options.service.name,
        status,
        ms: performance.now() - request.began,
        role: request.caller?.role,
        bytes: body === null ? undefined : bytes,
        code: request.errorCode,
      }),
    )
  }
}

const jsonType = 'application/json; charset=utf-8'

/** Names and values in turn. What the answer says itself goes before what every answer says. */
const headList = (
  request: DirectRequest,
  status: number,
  headers: DirectAnswer['headers'],
  bytes: number,
): string[] => {
  const list: string[] = []
  if (headers['sb-request-id'] === undefined) list.push('sb-request-id', request.id)
  addUnlessSaid(list, browserHeaders, headers)
  addUnlessSaid(list, request.ownHeaders, headers)
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') list.push(name, value)
    else for (const each of value ?? []) list.push(name, each)
  }
  // RFC 9110 §8.6: none with 204 and 304; with HEAD it would be the length that GET has.
  if (status !== 204 && status !== 304 && request.method !== 'HEAD')
    list.push('content-length', String(bytes))
  return list
}

const addUnlessSaid = (
  list: string[],
  pairs: DirectRequest['ownHeaders'],
  headers: DirectAnswer['headers'],
): void => {
  for (const [name, value] of pairs) if (headers[name] === undefined) list.push(name, value)
}

const hasWrongEscape = (url: string): boolean => {
  if (!url.includes('%')) return false
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return false
  } catch {
    return true
  }
}
