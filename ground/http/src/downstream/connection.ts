// One connection that we read ourselves: a plain request at a time. With the first bytes that are not a plain request
// it is handed on, these bytes included, to whoever reads the rest.

import type { Socket } from 'node:net'
import { answerHead } from './answer-text.ts'
import { Exchange } from './exchange.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

export type ConnectionEvents = {
  /** A request whose head has come. Whether it is taken; `exchange.onOver` is then told. */
  readonly take: (exchange: Exchange) => boolean
  /** The connection is somebody else's from now on; `bytes` come first. */
  readonly handOver: (connection: DownstreamConnection, bytes: Buffer) => void
  readonly onClose: (connection: DownstreamConnection) => void
}

const badRequest = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'
const headEnd = Buffer.from('\r\n\r\n')
/** Longer ones are for whoever reads the rest. */
const longestHead = 16 * 1024

export class DownstreamConnection {
  readonly socket: Socket
  readonly #events: ConnectionEvents
  #exchange: Exchange | undefined
  /** Came behind the request that is being answered. */
  #rest: Buffer | undefined
  /** No more requests are taken. */
  #isEnding = false
  /** Since when nothing is asked, in milliseconds of the process. */
  idleSince = performance.now()
  readonly #onData = (bytes: Buffer) => this.#read(bytes)
  readonly #onEnd = () => this.#leave()
  readonly #onError = () => undefined
  readonly #onClose = () => this.#closed()

  constructor(socket: Socket, events: ConnectionEvents) {
    this.socket = socket
    this.#events = events
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    // `close` follows, which tells the rest.
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  get isIdle(): boolean {
    return this.#exchange === undefined
  }

  /** The answer to what is being asked is the last one. */
  endSoon(): void {
    this.#isEnding = true
    if (this.isIdle) this.socket.end()
  }

  /** Gives the socket away as if nobody had read from it. */
  release(bytes: Buffer): void {
    const { socket } = this
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('error', this.#onError)
    socket.off('close', this.#onClose)
    socket.pause()
    socket.unshift(bytes)
  }

  /** Throws when the answer cannot be said in HTTP. */
  write(status: number, headers: readonly string[], body: string | Buffer | null): void {
    const head = answerHead(status, headers, this.#isEnding)
    if (typeof body === 'string') this.socket.write(head + body)
    else if (body === null) this.socket.write(head, 'latin1')
    else {
      this.socket.cork()
      this.socket.write(head, 'latin1')
      this.socket.write(body)
      this.socket.uncork()
    }
  }

  /** The request was read to its end, and answered. */
  finish(): void {
    if (this.socket.writableNeedDrain) this.socket.once('drain', () => this.#finished())
    else this.#finished()
  }

  #finished(): void {
    if (this.#exchange === undefined) return
    this.#close()
    if (this.#isEnding) {
      this.socket.end()
      return
    }
    const rest = this.#rest
    if (rest === undefined) return
    this.#rest = undefined
    this.#read(rest)
    if (this.#rest === undefined && this.isIdle) this.socket.resume()
  }

  #close(): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.idleSince = performance.now()
    exchange?.over()
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange
    if (exchange === undefined) this.#begin(bytes)
    else {
      const taken = exchange.push(bytes)
      if (taken < bytes.length) this.#keep(bytes.subarray(taken))
    }
  }

  /** What comes behind a request waits until that has its answer. */
  #keep(bytes: Buffer): void {
    // An exchange may have ended with its body.
    if (this.isIdle) {
      this.#begin(bytes)
      return
    }
    this.#rest = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes])
    this.socket.pause()
  }

  #begin(bytes: Buffer): void {
    const end = bytes.indexOf(headEnd)
    const head =
      end < 0 || end > longestHead || this.#isEnding
        ? undefined
        : readRequestHead(bytes.toString('latin1', 0, end))
    if (head === undefined || !this.#take(head)) {
      this.#events.handOver(this, bytes)
      return
    }
    const start = end + headEnd.length
    if (start < bytes.length) this.#read(bytes.subarray(start))
  }

  #take(head: RequestHead): boolean {
    const exchange = new Exchange(head, this)
    this.#exchange = exchange
    if (this.#events.take(exchange)) return true
    this.#exchange = undefined
    return false
  }

  /** Who says goodbye in the middle does not want to know any more, as node sees it. */
  #leave(): void {
    const isCutShort = this.#exchange?.isCutShort === true
    this.#exchange?.leave()
    if (isCutShort) this.socket.end(badRequest)
    else this.socket.end()
  }

  #closed(): void {
    this.#exchange?.leave()
    this.#close()
    this.#events.onClose(this)
  }
}
