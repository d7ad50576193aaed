// One connection to a process behind: a request at a time, and its answer as it comes.

import { connect, type Socket } from 'node:net'
import { type AnswerHead, MalformedAnswer } from './answer-head.ts'
import { AnswerReader } from './answer-reader.ts'

/** What a connection tells of the request that is on it. */
export type Passenger = {
  readonly onConnect: () => void
  readonly onHead: (head: AnswerHead) => void
  readonly onBody: (bytes: Buffer, start: number, end: number, isLast: boolean) => void
  /** Whether the connection is free for the next one is then known soon; see `onFree`. */
  readonly onEnd: () => void
  /** All of one read was told. */
  readonly onRead: () => void
  /** The connection has gone before the end of the answer. */
  readonly onLost: () => void
}

/** All connections read into the same memory: whatever was read is dealt with before the next read begins. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

export class UpstreamConnection {
  readonly socket: Socket
  readonly path: string
  readonly isHot: boolean
  /** Carried a request before. */
  isReused = false
  isConnected = false
  /** When it was last let go, in milliseconds of the process. */
  idleSince = 0
  readonly #onFree: (connection: UpstreamConnection) => void
  readonly #reader: AnswerReader
  #passenger: Passenger | undefined
  #isWritten = false
  #keepsAlive = false

  constructor(
    { path, isHot }: { readonly path: string; readonly isHot: boolean },
    events: {
      readonly onFree: (connection: UpstreamConnection) => void
      readonly onClose: (connection: UpstreamConnection) => void
    },
  ) {
    this.path = path
    this.isHot = isHot
    this.#onFree = events.onFree
    this.#reader = new AnswerReader({
      onHead: (head) => {
        this.#keepsAlive = head.keepsAlive
        this.#passenger?.onHead(head)
      },
      onBody: (bytes, start, end, isLast) => this.#passenger?.onBody(bytes, start, end, isLast),
      onEnd: () => this.#passenger?.onEnd(),
    })
    const callback = (size: number, bytes: Uint8Array) => {
      // The buffer above; `onread` types it as the array it is a view of.
      this.#read((bytes as Buffer).subarray(0, size))
      return true
    }
    this.socket = connect({ path, onread: { buffer: readBuffer, callback } })
    this.socket.on('connect', () => {
      this.isConnected = true
      this.#passenger?.onConnect()
    })
    let isCut = false
    // `close` follows, which tells the rest.
    this.socket.on('error', () => {
      isCut = true
    })
    this.socket.on('close', () => {
      events.onClose(this)
      this.#closed(isCut)
    })
  }

  /** Nothing of an answer has come yet. */
  get isUntouched(): boolean {
    return this.#reader.isUntouched
  }

  /** Puts a request on the connection. Its head is written by this, its body by the passenger. */
  begin(passenger: Passenger, method: string, head: string): void {
    this.#passenger = passenger
    this.#isWritten = false
    this.#keepsAlive = false
    this.#reader.expect(method)
    this.socket.write(head, 'latin1')
  }

  /** The request has been written to its end. */
  written(): void {
    this.#isWritten = true
    this.#settle()
  }

  destroy(): void {
    this.#passenger = undefined
    this.socket.destroy()
  }

  #read(bytes: Buffer): void {
    if (this.socket.destroyed) return
    try {
      this.#reader.push(bytes)
    } catch (error) {
      // The answer may be whole, and something behind it: whatever that is, nobody asked for it.
      this.socket.destroy()
      if (!(error instanceof MalformedAnswer)) throw error
      return
    }
    this.#passenger?.onRead()
    this.#settle()
  }

  /** Free for the next request when both sides have said everything and mean to go on. */
  #settle(): void {
    if (this.#passenger === undefined || !this.#isWritten || !this.#reader.isIdle) return
    this.#passenger = undefined
    if (!this.#keepsAlive || this.socket.destroyed) {
      this.socket.destroy()
      return
    }
    this.isReused = true
    this.#onFree(this)
  }

  #closed(isCut: boolean): void {
    const passenger = this.#passenger
    if (passenger === undefined) return
    const isWhole = !isCut && this.#reader.finish()
    this.#passenger = undefined
    if (!isWhole) passenger.onLost()
  }
}
