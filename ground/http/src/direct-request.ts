// A request on the hot line, and what a service must be to stand on it.

import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '@plinth/contracts'
import type { TokenError } from '@plinth/crypto'
import type { PlinthError } from '@plinth/errors'
import type { Carrier } from './carrier.ts'
import type { Rendered } from './dialect.ts'
import type { SchemeProblem } from './request.ts'
import { requestIdOf } from './request-id.ts'

/** As much of a request as a service needs that may stand on the hot line. */
export type ServiceRequest = {
  readonly method: string
  /** Below where the service is mounted; begins with `/`. */
  readonly path: string
  /** Without `?`; empty when there is none. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly caller: Caller | undefined
  readonly tokenProblem: TokenError | SchemeProblem | undefined
  /** Nobody waits for the answer any more. Absent where that is not known. */
  readonly isGone?: boolean
}

export type DirectAnswer = {
  readonly status: number
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** `null` sends no body at all. */
  readonly body: string | Buffer | null
}

export type DirectService = {
  /** The route's name on request lines. */
  readonly name: string
  /** May throw as well as reject. */
  readonly answer: (request: ServiceRequest, body: Buffer | undefined) => Promise<DirectAnswer>
  readonly dialect: (error: PlinthError) => Rendered
}

const noHeaders: readonly (readonly [string, string])[] = []

/** Fields stand from the start, so that all requests have one shape. */
export class DirectRequest implements ServiceRequest {
  readonly raw: Carrier
  readonly began = performance.now()
  readonly id: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  path = '/'
  query = ''
  caller: Caller | undefined = undefined
  tokenProblem: TokenError | SchemeProblem | undefined = undefined
  errorCode: string | undefined = undefined
  ownHeaders = noHeaders

  constructor(raw: Carrier) {
    this.raw = raw
    this.method = raw.method
    this.headers = raw.headers
    this.id = requestIdOf(raw)
  }

  /** Path and query as the service sees them: the address may have changed on the way to it. */
  locate(prefixLength: number): void {
    const { url } = this.raw
    const mark = url.indexOf('?')
    this.path = url.slice(prefixLength, mark < 0 ? url.length : mark) || '/'
    this.query = mark < 0 ? '' : url.slice(mark + 1)
  }

  get isGone(): boolean {
    return this.raw.isGone
  }

  /** The client's address, as our own edge tells it. */
  get ip(): string {
    const { 'x-forwarded-for': forwarded } = this.headers
    const first = String(forwarded ?? '')
      .split(',', 1)[0]
      ?.trim()
    return first || this.raw.remoteAddress
  }

  /** A header of the answer, whatever the answer will be. */
  header(name: string, value: string | number): void {
    this.ownHeaders = [...this.ownHeaders, [name, String(value)]]
  }
}
