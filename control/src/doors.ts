// The doors beside the operations: pages for people, OAuth for programs, the log-in of the CLI.

import type { ServicePlugin } from '@plinth/http'
import { claimDoor } from './claims/authorize-door.ts'
import { claimPage } from './claims/claim-page.ts'
import { cliLoginPage } from './cli-login/login-page.ts'
import { pollDoor } from './cli-login/poll-door.ts'
import type { Platform } from './frame/call.ts'
import { inboxPage } from './inbox/inbox-page.ts'
import { letterBody, letterPage } from './inbox/letter-page.ts'
import { authorizeRoute } from './oauth/authorize-door.ts'
import { consentPage } from './oauth/consent-page.ts'
import { metadataDoor } from './oauth/metadata-door.ts'
import { tokenDoor } from './oauth/token-door.ts'
import { accountPage } from './pages/account-page.ts'
import { servePages } from './pages/routes.ts'
import { signInPages } from './pages/sign-in.ts'
import { signUpPages } from './pages/sign-up.ts'
import { style, stylePath } from './pages/style.ts'

const pagesDoor =
  (platform: Platform): ServicePlugin =>
  async (app) => {
    servePages(app, platform, [
      ...signInPages(),
      ...signUpPages(),
      accountPage,
      inboxPage,
      letterPage,
      letterBody,
      authorizeRoute,
      consentPage,
      claimPage,
      cliLoginPage,
    ])
    app.get(stylePath, { config: { name: 'pages.style' } }, async (_request, reply) =>
      reply
        .headers({
          'content-type': 'text/css; charset=utf-8',
          'cache-control': 'public, max-age=300',
          'x-content-type-options': 'nosniff',
        })
        .send(style),
    )
  }

/** Each in a scope of its own: they read other bodies and word their errors differently. */
export const platformDoors =
  (platform: Platform): ServicePlugin =>
  async (app) => {
    await app.register(pagesDoor(platform))
    await app.register(tokenDoor(platform))
    await app.register(metadataDoor)
    await app.register(claimDoor(platform))
    await app.register(pollDoor(platform))
  }
