// Bytes of a connection → answers. Nothing is copied but a head that comes in pieces.

import { maxHeaderBytes } from '../max-header-bytes.ts'
import { type AnswerHead, MalformedAnswer, readAnswerHead, readHeaderLine } from './answer-head.ts'

export type OnAnswer = {
  readonly onHead: (head: AnswerHead) => void
  /** The bytes are valid only during the call. `isLast` when no more can come, as far as that is known. */
  readonly onBody: (bytes: Buffer, start: number, end: number, isLast: boolean) => void
  readonly onEnd: () => void
}

/** `line`: the size of the next chunk; `gap`: the end of the line behind one. */
type State = 'idle' | 'head' | 'length' | 'line' | 'chunk' | 'gap' | 'trailers' | 'close'

const headEnd = Buffer.from('\r\n\r\n')
const noBytes = Buffer.alloc(0)
const lineFeed = 0x0a
/** A chunk larger than this has a size that no number holds exactly. */
const chunkSize = /^[0-9A-Fa-f]{1,13}$/
const longestSizeLine = 32

export class AnswerReader {
  readonly #on: OnAnswer
  #state: State = 'idle'
  #method = 'GET'
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0
  #partial: Buffer = noBytes
  #line = ''
  #trailers: string[] = []
  #trailerBytes = 0

  constructor(on: OnAnswer) {
    this.#on = on
  }

  /** A request was sent: its answer may come. */
  expect(method: string): void {
    this.#method = method
    this.#state = 'head'
  }

  get isIdle(): boolean {
    return this.#state === 'idle'
  }

  /** Nothing has come of the answer yet. */
  get isUntouched(): boolean {
    return this.#state === 'head' && this.#partial.length === 0
  }

  /** Throws MalformedAnswer; nothing may be pushed after that. */
  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      switch (this.#state) {
        case 'idle':
          throw new MalformedAnswer('Something came that was not asked for.')
        case 'head':
          at = this.#readHead(bytes, at)
          break
        case 'length':
        case 'chunk':
          at = this.#readCounted(bytes, at)
          break
        case 'close':
          this.#on.onBody(bytes, at, bytes.length, false)
          return
        default:
          at = this.#readLine(bytes, at)
      }
    }
  }

  /** The connection has ended. Whether the answer was whole. */
  finish(): boolean {
    if (this.#state !== 'close') return false
    this.#end()
    return true
  }

  #readHead(bytes: Buffer, at: number): number {
    if (this.#partial.length > 0) {
      // Without what the head has already, so that each byte is looked at once.
      const all = Buffer.concat([this.#partial, at === 0 ? bytes : bytes.subarray(at)])
      const end = all.indexOf(headEnd, Math.max(0, this.#partial.length - 3))
      if (end < 0) {
        this.#keep(all)
        return bytes.length
      }
      const before = this.#partial.length
      this.#partial = noBytes
      this.#takeHead(all.toString('latin1', 0, end))
      return at + end + headEnd.length - before
    }
    const end = bytes.indexOf(headEnd, at)
    if (end < 0) {
      this.#keep(Buffer.from(bytes.subarray(at)))
      return bytes.length
    }
    this.#takeHead(bytes.toString('latin1', at, end))
    return end + headEnd.length
  }

  #keep(partial: Buffer): void {
    if (partial.length > maxHeaderBytes) throw new MalformedAnswer('The head is too long.')
    this.#partial = partial
  }

  #takeHead(text: string): void {
    if (text.length > maxHeaderBytes) throw new MalformedAnswer('The head is too long.')
    const head = readAnswerHead(text, this.#method)
    if (head.status < 200) {
      // We never offer to change the protocol here; other interim answers are news for this connection only.
      if (head.status === 101) throw new MalformedAnswer('The protocol changes, which nobody asked for.')
      return
    }
    this.#on.onHead(head)
    if (head.body === 'chunked') this.#state = 'line'
    else if (head.body === 'close') this.#state = 'close'
    else if (head.body === 0) this.#end()
    else {
      this.#state = 'length'
      this.#left = head.body
    }
  }

  #readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    const isOver = this.#left === 0
    this.#on.onBody(bytes, at, end, isOver && this.#state === 'length')
    if (isOver && this.#state === 'length') this.#end()
    else if (isOver) this.#state = 'gap'
    return end
  }

  /** Reads up to the end of a line, which may come in a later piece. */
  #readLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(lineFeed, at)
    const end = feed < 0 ? bytes.length : feed + 1
    this.#line += bytes.toString('latin1', at, end)
    if (this.#line.length > (this.#state === 'trailers' ? maxHeaderBytes : longestSizeLine))
      throw new MalformedAnswer('A line is too long.')
    if (feed >= 0) {
      const line = this.#line
      this.#line = ''
      if (!line.endsWith('\r\n')) throw new MalformedAnswer('A line ends without a carriage return.')
      this.#takeLine(line.slice(0, -2))
    }
    return end
  }

  #takeLine(line: string): void {
    if (this.#state === 'line') this.#takeSize(line)
    else if (this.#state === 'trailers') this.#takeTrailer(line)
    else if (line !== '') throw new MalformedAnswer('A chunk is longer than it said.')
    else this.#state = 'line'
  }

  #takeSize(line: string): void {
    if (!chunkSize.test(line)) throw new MalformedAnswer('The size of a chunk is not a number.')
    this.#left = Number.parseInt(line, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
  }

  /** Looked at and dropped: nothing of ours sends any. */
  #takeTrailer(line: string): void {
    if (line === '') {
      this.#end()
      return
    }
    this.#trailerBytes += line.length
    if (this.#trailerBytes > maxHeaderBytes) throw new MalformedAnswer('The trailers are too long.')
    readHeaderLine(line, 0, line.length, this.#trailers)
  }

  #end(): void {
    this.#state = 'idle'
    this.#trailers = []
    this.#trailerBytes = 0
    this.#on.onEnd()
  }
}
