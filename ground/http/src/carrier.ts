// Who carries a request of the hot line and its answer: node's own pair, or a connection that we read ourselves.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from './read-body.ts'

export type Carrier = {
  readonly method: string
  /** The address below the host. A key in it is taken out on the way. */
  url: string
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string
  /** Nobody waits for the answer any more. */
  readonly isGone: boolean
  /** The whole body, at once where it has come already. Rejects with 413 above `limit` bytes, and with 400 when it ends early. */
  readonly readBody: (limit: number) => Buffer | Promise<Buffer>
  /** Names and values in turn. Throws when they cannot be said in HTTP; then nothing was sent. */
  readonly send: (status: number, headers: readonly string[], body: string | Buffer | null) => void
  /** Ends the connection without an answer. */
  readonly destroy: () => void
}

/** Node's own pair. */
export class NodeCarrier implements Carrier {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  url: string

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    this.url = request.url ?? '/'
  }

  get method(): string {
    return this.#request.method ?? 'GET'
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers
  }

  get remoteAddress(): string {
    return this.#request.socket.remoteAddress ?? ''
  }

  get isGone(): boolean {
    return this.#response.destroyed
  }

  readBody(limit: number): Promise<Buffer> {
    return readBody(this.#request, limit)
  }

  send(status: number, headers: readonly string[], body: string | Buffer | null): void {
    const response = this.#response
    // That the connection goes on needs no saying in HTTP/1.1; that it ends is said by whoever ends it.
    if (!response.hasHeader('connection')) response.removeHeader('connection')
    // Node reads the list and keeps nothing of it; its types would have it for itself.
    response.writeHead(status, headers as string[])
    if (body === null) response.end()
    else response.end(body)
  }

  destroy(): void {
    this.#response.destroy()
  }
}
