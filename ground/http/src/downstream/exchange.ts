// One request on a connection of ours, and its answer. Its body comes behind it, and what is not wanted of it is read
// and dropped: a sender still busy sending it would see a broken pipe instead of the answer.

import type { IncomingHttpHeaders } from 'node:http'
import type { Carrier } from '../carrier.ts'
import { httpErrors } from '../errors.ts'
import type { DownstreamConnection } from './connection.ts'
import type { RequestHead } from './request-head.ts'

/** Of a body that nobody has asked for yet; the rest waits in the socket. */
const mostUnasked = 64 * 1024

type Reader = { readonly resolve: (body: Buffer) => void; readonly reject: (error: Error) => void }

const empty = Buffer.alloc(0)

export class Exchange implements Carrier {
  readonly method: string
  url: string
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress = ''
  /** Told once, when the connection has done with it. */
  onOver: (() => void) | undefined = undefined
  readonly #connection: DownstreamConnection
  readonly #length: number
  /** Bytes of the body that are still to come. */
  #left: number
  #pieces: Buffer[] | undefined = undefined
  #reader: Reader | undefined = undefined
  #use: 'unasked' | 'wanted' | 'dropped' = 'unasked'
  #isAnswered = false
  #isGone = false

  constructor({ method, url, headers, length }: RequestHead, connection: DownstreamConnection) {
    this.method = method
    this.url = url
    this.headers = headers
    this.#length = length
    this.#left = length
    this.#connection = connection
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Neither all of it has come nor an answer gone. */
  get isCutShort(): boolean {
    return this.#left > 0 && !this.#isAnswered
  }

  readBody(limit: number): Buffer | Promise<Buffer> {
    if (this.#length > limit) {
      this.#drop()
      return Promise.reject(httpErrors.bodyTooLarge(limit))
    }
    this.#use = 'wanted'
    if (this.#left === 0) return this.#takeBody()
    if (this.#isGone) return Promise.reject(endedEarly())
    this.#connection.socket.resume()
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  send(status: number, headers: readonly string[], body: string | Buffer | null): void {
    if (this.#isGone || this.#isAnswered) return
    this.#connection.write(status, headers, body)
    this.#isAnswered = true
    if (this.#left === 0) this.#connection.finish()
    else this.#drop()
  }

  destroy(): void {
    this.#connection.socket.destroy()
  }

  /** Answers how many of the bytes belong to this request. */
  push(bytes: Buffer): number {
    const taken = Math.min(this.#left, bytes.length)
    if (taken === 0) return 0
    this.#left -= taken
    if (this.#use !== 'dropped') this.#keep(taken === bytes.length ? bytes : bytes.subarray(0, taken))
    if (this.#left === 0) this.#bodyCame()
    return taken
  }

  /** Whoever asked has gone. */
  leave(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#reader?.reject(endedEarly())
    this.#reader = undefined
  }

  over(): void {
    this.onOver?.()
  }

  #keep(piece: Buffer): void {
    this.#pieces ??= []
    this.#pieces.push(piece)
    if (this.#use === 'unasked' && this.#left > 0 && this.#length - this.#left > mostUnasked)
      this.#connection.socket.pause()
  }

  #drop(): void {
    this.#use = 'dropped'
    this.#pieces = undefined
    if (this.#left > 0) this.#connection.socket.resume()
  }

  #bodyCame(): void {
    this.#reader?.resolve(this.#takeBody())
    this.#reader = undefined
    if (this.#isAnswered) this.#connection.finish()
  }

  #takeBody(): Buffer {
    const pieces = this.#pieces ?? []
    this.#pieces = undefined
    return pieces.length === 1 && pieces[0] !== undefined
      ? pieces[0]
      : pieces.length === 0
        ? empty
        : Buffer.concat(pieces)
  }
}

const endedEarly = () => httpErrors.badRequest('The body is not as long as Content-Length says.')
