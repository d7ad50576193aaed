// The HTTP server of the API: who asks is made from `Authorization`, then the REST service answers.

import type { Observe } from '@plinth/contracts'
import { type FastifyInstance, type FastifyRequest, makeServer, type ServicePlugin } from '@plinth/http'
import type { MakeCaller } from './auth/make-caller.ts'
import type { Settings } from './config/settings.ts'
import { allowOrigins, isPreflight } from './cors.ts'
import { version } from './version.ts'

export type ServerDeps = {
  readonly rest: ServicePlugin
  readonly settings: () => Settings
  readonly makeCaller: () => MakeCaller
  readonly observe: Observe
}

/** What the `Warning` header says of names that have an alias. */
const renamed = /Update (.*) in query string/

/** Each kind of answer that an operator is told about besides its line. */
const warnOfNames = (app: FastifyInstance, { method, raw }: FastifyRequest, warning: unknown): void => {
  const [, changes] = renamed.exec(String(warning)) ?? []
  if (changes !== undefined)
    app.observe({ level: 'warn', event: 'request.old_names', fields: { changes, method, url: raw.url } })
}

const logRequests = (app: FastifyInstance): void => {
  app.addHook('onResponse', (request, reply, done) => {
    const warning = reply.getHeader('warning')
    if (warning !== undefined) warnOfNames(app, request, warning)
    if (!isPreflight(request))
      app.observe({
        level: 'info',
        event: 'request.logged',
        fields: {
          address: request.socket.remoteAddress,
          // Requests that fail early have no caller yet.
          role: (request.caller as FastifyRequest['caller'] | undefined)?.role,
          method: request.method,
          url: request.raw.url,
          version: request.raw.httpVersion,
          status: reply.statusCode,
          bytes: reply.getHeader('content-length')?.toString(),
          referer: request.headers.referer,
          agent: request.headers['user-agent'],
        },
      })
    done()
  })
}

/** PostgREST has no limit of its own. */
const bodyLimit = 1024 ** 3

export const makeApiServer = async (deps: ServerDeps): Promise<FastifyInstance> => {
  const { settings, makeCaller } = deps
  const app = makeServer({ observe: deps.observe, bodyLimit })
  app.addHook('onRequest', (request, reply, done) => {
    const header = settings().server.traceHeader
    void reply.header('server', `postgrest/${version}`)
    if (header !== null) void reply.header(header, request.headers[header.toLowerCase()] ?? '')
    done()
  })
  logRequests(app)
  allowOrigins(app, () => settings().server.corsAllowedOrigins)
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = makeCaller()(request.headers.authorization, Date.now())
    done()
  })
  await app.register(deps.rest)
  await app.ready()
  return app
}
