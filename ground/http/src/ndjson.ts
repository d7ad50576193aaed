// Streams of JSON lines over HTTP: everything once, then every change, until one side leaves.

import type { FastifyInstance, FastifyReply } from 'fastify'

export type LineStream = {
  /** Writes one value as a line. After the other side left it does nothing. */
  readonly send: (value: unknown) => void
  /** Aborted when the stream has ended, whoever ended it. */
  readonly closed: AbortSignal
  readonly end: () => void
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly openLines: Set<LineStream>
  }
}

/** Ends a server's open streams when it closes; they would otherwise keep it open for ever. */
export const trackLines = (app: FastifyInstance): void => {
  const streams = new Set<LineStream>()
  app.decorate('openLines', streams)
  app.addHook('preClose', (done) => {
    for (const stream of streams) stream.end()
    done()
  })
}

/** Takes the reply over and answers 200 with `application/x-ndjson`. */
export const streamLines = (reply: FastifyReply): LineStream => {
  const closing = new AbortController()
  reply.hijack()
  const { raw, server } = reply
  raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  raw.flushHeaders()
  const stream: LineStream = {
    send: (value) => {
      if (!raw.writableEnded && !raw.destroyed) raw.write(`${JSON.stringify(value)}\n`)
    },
    closed: closing.signal,
    end: () => void raw.end(),
  }
  server.openLines.add(stream)
  raw.once('close', () => {
    server.openLines.delete(stream)
    closing.abort()
  })
  return stream
}
