// What auth is made of. The gateway mounts it under /auth/v1.

import { type ServicePlugin, speak } from '@plinth/http'
import { inboxMail } from './core/inbox.ts'
import { makePost } from './core/post.ts'
import type { AuthDeps } from './deps.ts'
import { authDialect } from './dialect.ts'
import { routes } from './routes/index.ts'
import { makeLimit } from './routes/limits.ts'
import { acceptJson } from './routes/read-body.ts'

export const authService =
  (deps: AuthDeps): ServicePlugin =>
  async (app) => {
    const { config, clock } = deps
    const mail = deps.mail ?? inboxMail(deps)
    const issuer = `${deps.publicUrl}/auth/v1`
    const post = makePost(mail, config, clock)
    const parts = { ...deps, mail, issuer, post, limit: makeLimit(config, clock) }
    speak(app, authDialect)
    acceptJson(app)
    for (const route of routes) route(app, parts)
  }
