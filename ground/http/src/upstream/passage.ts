// One request on its way through: out over a connection to the process behind, and its answer back to the client.
// Both sides slow each other down, and when one side leaves, the other is told.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutHopHeaders } from '../hop-headers.ts'
import type { AnswerHead } from './answer-head.ts'
import type { Passenger, UpstreamConnection } from './connection.ts'
import { sendBody } from './send-body.ts'

/**
 * - `answered`: the client has its answer, or has gone.
 * - `unreached`: nobody took the request and nothing was read of its body, so it may be tried elsewhere.
 * - `stale`: a kept connection ended before any byte of an answer.
 * - `broken`: the other side took it and gave no answer; the client still waits for one.
 */
export type Attempt = 'answered' | 'unreached' | 'stale' | 'broken'

export type Outgoing = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The head as it goes over the wire. */
  readonly head: string
  readonly withBody: boolean
}

/** Bodies that came whole and are not longer leave in one piece with the head. */
const longestPiece = 16 * 1024

export class Passage implements Passenger {
  readonly #out: Outgoing
  readonly #connection: UpstreamConnection
  readonly #resolve: (attempt: Attempt) => void
  /** Came, and waits for the first of its body. */
  #head: AnswerHead | undefined
  #hasAnswer = false
  #isOver = false
  #isSlowed = false
  readonly #onClientGone = () => this.#leave()
  readonly #onDrain = () => this.#speedUp()

  constructor(out: Outgoing, connection: UpstreamConnection, resolve: (attempt: Attempt) => void) {
    this.#out = out
    this.#connection = connection
    this.#resolve = resolve
    out.response.on('close', this.#onClientGone)
    connection.begin(this, out.request.method ?? 'GET', out.head)
    if (!out.withBody) connection.written()
    else if (connection.isConnected) this.onConnect()
  }

  /** A body is not touched before somebody is there to take it. */
  onConnect(): void {
    const { request, withBody } = this.#out
    if (withBody) sendBody(request, this.#connection)
  }

  onHead(head: AnswerHead): void {
    this.#hasAnswer = true
    this.#head = head
    this.#resolve('answered')
  }

  onBody(bytes: Buffer, start: number, end: number, isLast: boolean): void {
    const { response } = this.#out
    if (isLast && this.#head !== undefined && end - start <= longestPiece) {
      this.#writeHead()
      this.#isOver = true
      // As latin1 every byte is a letter, and Node sends letters together with the head.
      response.end(bytes.toString('latin1', start, end), 'latin1')
      return
    }
    this.#writeHead()
    if (!response.write(Buffer.from(bytes.subarray(start, end))) && !this.#isSlowed) this.#slowDown()
  }

  onEnd(): void {
    this.#writeHead()
    if (!this.#isOver) this.#out.response.end()
    this.#isOver = true
    // The next one on this connection may have a faster client.
    this.#speedUp()
  }

  /** A head that came alone does not wait: whoever sends it may take long with the rest. */
  onRead(): void {
    if (this.#head === undefined) return
    this.#writeHead()
    this.#out.response.flushHeaders()
  }

  onLost(): void {
    const { request, response } = this.#out
    if (this.#isOver) {
      // The answer is whole but the body was not wanted to its end. It is read and dropped, since clients do not
      // listen before they have said everything.
      request.removeAllListeners('data').resume()
    } else if (this.#hasAnswer) {
      // Cut short: the client must not take it for the whole.
      response.destroy()
    } else {
      response.off('close', this.#onClientGone)
      if (!this.#connection.isConnected) this.#resolve('unreached')
      else this.#resolve(this.#isStale ? 'stale' : 'broken')
    }
  }

  get #isStale(): boolean {
    const { isReused, isUntouched } = this.#connection
    return isReused && isUntouched && !this.#out.withBody
  }

  #writeHead(): void {
    const head = this.#head
    if (head === undefined) return
    this.#head = undefined
    const { response } = this.#out
    response.sendDate = false
    response.writeHead(head.status, head.reason, withoutHopHeaders(head.headers, []))
  }

  #slowDown(): void {
    this.#isSlowed = true
    this.#connection.socket.pause()
    this.#out.response.once('drain', this.#onDrain)
  }

  #speedUp(): void {
    if (!this.#isSlowed) return
    this.#isSlowed = false
    this.#out.response.off('drain', this.#onDrain)
    this.#connection.socket.resume()
  }

  /** The client has gone: nobody waits for the answer any more. */
  #leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#connection.destroy()
    this.#resolve('answered')
  }
}
