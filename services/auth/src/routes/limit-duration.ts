// Nobody waits for ever: a request that takes too long is answered 504. What it was doing ends by itself.

import { renderWith } from '@plinth/http'
import type { FastifyInstance } from 'fastify'
import { authDialect } from '../dialect.ts'
import { errors } from '../errors.ts'

const render = renderWith(authDialect)

export const limitDuration = (app: FastifyInstance, seconds: number): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent) void render(errors.tookTooLong(), request, reply)
    }, seconds * 1000)
    timer.unref()
    for (const end of ['finish', 'close']) reply.raw.once(end, () => clearTimeout(timer))
    done()
  })
}
