// Bytes of the server → whole messages. Nothing is copied unless a message is split over two reads.

import { readInt32 } from './bytes.ts'

/** The bytes from `start` to `end` are the body; they are valid only during the call. */
export type OnMessage = (type: number, bytes: Buffer, start: number, end: number) => void

const headSize = 5

export class MessageReader {
  readonly #onMessage: OnMessage
  /** A message that began in an earlier read: first room for its head, then for all of it. */
  #partial: Buffer | undefined
  #have = 0

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage
  }

  push(bytes: Buffer): void {
    let at = this.#partial === undefined ? 0 : this.#fill(bytes, 0)
    while (bytes.length - at >= headSize) {
      const end = at + 1 + bodySize(bytes, at)
      if (end > bytes.length) break
      this.#onMessage(bytes[at] ?? 0, bytes, at + headSize, end)
      at = end
    }
    if (at === bytes.length) return
    this.#partial = Buffer.allocUnsafe(headSize)
    this.#have = 0
    this.#fill(bytes, at)
  }

  /** Completes the partial message as far as the bytes reach; returns where they were left. */
  #fill(bytes: Buffer, from: number): number {
    let at = from
    while (this.#partial !== undefined && at < bytes.length) {
      const taken = bytes.copy(this.#partial, this.#have, at)
      this.#have += taken
      at += taken
      if (this.#have === this.#partial.length) this.#finishOrGrow(this.#partial)
    }
    return at
  }

  #finishOrGrow(partial: Buffer): void {
    const size = 1 + bodySize(partial, 0)
    if (size > partial.length) {
      this.#partial = Buffer.allocUnsafe(size)
      partial.copy(this.#partial)
      return
    }
    this.#partial = undefined
    this.#onMessage(partial[0] ?? 0, partial, headSize, size)
  }
}

const bodySize = (bytes: Buffer, at: number): number => {
  const size = readInt32(bytes, at + 1)
  if (size < 4) throw new Error(`The server sent a message of ${size} bytes, which cannot be.`)
  return size
}
