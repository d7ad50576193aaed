// What the driver `pg` takes for its socket: it connects the way that was found to lead to the server.

import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

export class LateSocket extends Duplex {
  readonly #open: () => Promise<Socket>
  #inner: Socket | undefined
  #isReferenced = true

  constructor(open: () => Promise<Socket>) {
    super()
    this.#open = open
  }

  connect(): this {
    this.#open().then(
      (inner) => this.#take(inner),
      (error: Error) => this.destroy(error),
    )
    return this
  }

  #take(inner: Socket): void {
    if (this.destroyed) {
      inner.destroy()
      return
    }
    this.#inner = inner
    if (!this.#isReferenced) inner.unref()
    inner.on('data', (bytes) => {
      if (!this.push(bytes)) inner.pause()
    })
    inner.on('end', () => this.push(null))
    inner.on('error', (error) => this.destroy(error))
    inner.on('close', () => this.destroy())
    this.emit('connect')
  }

  override _read(): void {
    this.#inner?.resume()
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner?.write(bytes, encoding, done)
  }

  override _final(done: () => void): void {
    if (this.#inner === undefined) done()
    else this.#inner.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner?.destroy()
    done(error)
  }

  setNoDelay(): this {
    this.#inner?.setNoDelay(true)
    return this
  }

  setKeepAlive(isOn?: boolean, delayMs?: number): this {
    this.#inner?.setKeepAlive(isOn, delayMs)
    return this
  }

  ref(): this {
    this.#isReferenced = true
    this.#inner?.ref()
    return this
  }

  unref(): this {
    this.#isReferenced = false
    this.#inner?.unref()
    return this
  }
}
