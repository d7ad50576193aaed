// JSON goes out under its bare name, as upstream sends it: some clients compare.

import type { FastifyInstance } from 'fastify'

export const nameJson = (app: FastifyInstance): void => {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') void reply.header('content-type', 'application/json')
    done(null, payload)
  })
}
