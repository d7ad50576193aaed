// What auth is made of. The gateway mounts it under /auth/v1.

import { makeOutbound, type ServicePlugin, speak } from '@plinth/http'
import { makeHooks } from './core/hooks.ts'
import { makeOidc } from './core/oidc.ts'
import { openMail } from './core/open-mail.ts'
import { makePost } from './core/post.ts'
import type { AuthDeps } from './deps.ts'
import { authDialect } from './dialect.ts'
import { believeServers } from './routes/believe-servers.ts'
import { askForCaptcha } from './routes/captcha.ts'
import { allowEndSlashes } from './routes/end-slashes.ts'
import { routes } from './routes/index.ts'
import { limitDuration } from './routes/limit-duration.ts'
import { makeLimit } from './routes/limits.ts'
import { nameJson } from './routes/name-json.ts'
import { acceptJson } from './routes/read-body.ts'

export const authService =
  (deps: AuthDeps): ServicePlugin =>
  async (app) => {
    const { config, clock } = deps
    const outbound = deps.outbound ?? makeOutbound()
    const mail = openMail(deps, outbound)
    const issuer = `${deps.publicUrl}/auth/v1`
    const hooks = makeHooks(deps)
    const post = makePost({ ...deps, mail, hooks, issuer })
    const oidc = makeOidc(outbound, clock)
    const limit = makeLimit(config, clock)
    const parts = { ...deps, mail, issuer, hooks, outbound, oidc, post, limit }
    app.addHook('onClose', async () => mail.close())
    speak(app, authDialect)
    acceptJson(app)
    nameJson(app)
    believeServers(app, config)
    limitDuration(app, config.api_max_request_duration)
    askForCaptcha(app, parts, app.prefix)
    allowEndSlashes(app)
    for (const route of routes) route(app, parts)
  }
