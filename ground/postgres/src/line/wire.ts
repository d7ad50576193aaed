// A connection to the server as messages in both directions.

import { connect, type Socket } from 'node:net'
import type { ServerAddress } from '../reach/place.ts'
import { MessageReader, type OnMessage } from './message-reader.ts'
import { MessageWriter } from './message-writer.ts'

const readSize = 64 * 1024

/** Makes the socket and hands on what it reads; the bytes are valid during the call only. */
type OpenBytes = (onBytes: (bytes: Buffer) => void) => Socket

/** One buffer for all reads: rows are turned into text before the next read begins. */
export const plainBytes =
  (address: ServerAddress): OpenBytes =>
  (onBytes) => {
    const callback = (size: number, bytes: Uint8Array) => {
      // The buffer below; `onread` types it as the array it is a view of.
      onBytes((bytes as Buffer).subarray(0, size))
      return true
    }
    return connect({ ...address, onread: { buffer: Buffer.allocUnsafeSlow(readSize), callback } })
  }

export const bytesOf =
  (socket: Socket): OpenBytes =>
  (onBytes) =>
    socket.on('data', onBytes)

export class Wire {
  readonly writer = new MessageWriter()
  readonly #socket: Socket
  #onMessage: OnMessage = () => undefined
  #onClose: (cause: unknown) => void = () => undefined
  #cause: unknown = new Error('The server closed the connection.')
  #flushing = false

  constructor(open: OpenBytes) {
    const reader = new MessageReader((type, bytes, start, end) => {
      // What was already read when the connection was given up counts no more.
      if (!this.#socket.destroyed) this.#onMessage(type, bytes, start, end)
    })
    this.#socket = open((bytes) => {
      try {
        reader.push(bytes)
      } catch (error) {
        this.destroy(error)
      }
    })
    this.#socket.on('error', (error) => {
      this.#cause = error
    })
    this.#socket.on('close', () => this.#onClose(this.#cause))
  }

  /** Who takes what comes from now on. */
  handle(onMessage: OnMessage, onClose: (cause: unknown) => void): void {
    this.#onMessage = onMessage
    this.#onClose = onClose
  }

  /** Sends what was written, together with whatever else is written in this turn of the event loop. */
  send(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      const bytes = this.writer.take()
      if (bytes.length > 0 && this.#socket.writable) this.#socket.write(bytes)
    })
  }

  /** Says goodbye and closes. */
  end(): void {
    this.writer.terminate()
    this.#socket.end(this.writer.take())
  }

  destroy(cause: unknown): void {
    this.#cause = cause
    this.#socket.destroy()
  }
}
