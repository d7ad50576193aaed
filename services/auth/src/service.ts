// What auth is made of. The gateway mounts it under /auth/v1.

import { type ServicePlugin, speak } from '@plinth/http'
import { makeHooks } from './core/hooks.ts'
import { inboxMail } from './core/inbox.ts'
import type { Mail } from './core/letter.ts'
import { makeOidc } from './core/oidc.ts'
import { makeOutbound } from './core/outbound.ts'
import { makePost } from './core/post.ts'
import { smtpMail } from './core/smtp-mail.ts'
import type { AuthDeps } from './deps.ts'
import { authDialect } from './dialect.ts'
import { routes } from './routes/index.ts'
import { makeLimit } from './routes/limits.ts'
import { acceptJson } from './routes/read-body.ts'

/** Given, the project's mail server, or the inbox. */
const openMail = (deps: AuthDeps): Mail & { readonly close?: () => void } => {
  if (deps.mail !== undefined) return deps.mail
  return deps.config.smtp_host === '' ? inboxMail(deps) : smtpMail(deps.config)
}

export const authService =
  (deps: AuthDeps): ServicePlugin =>
  async (app) => {
    const { config, clock } = deps
    const mail = openMail(deps)
    const issuer = `${deps.publicUrl}/auth/v1`
    const hooks = makeHooks(deps)
    const post = makePost({ ...deps, mail, hooks, issuer })
    const outbound = deps.outbound ?? makeOutbound(false)
    const oidc = makeOidc(outbound, clock)
    const limit = makeLimit(config, clock)
    const parts = { ...deps, mail, issuer, hooks, outbound, oidc, post, limit }
    app.addHook('onClose', async () => mail.close?.())
    speak(app, authDialect)
    acceptJson(app)
    for (const route of routes) route(app, parts)
  }
