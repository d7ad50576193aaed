// Ways in that no project can switch on yet: they answer as where they are off, and `GET /settings` says the same.

import { errors } from '../errors.ts'
import type { Route } from './route.ts'

/** Providers that upstream knows. Those that cannot be switched on here are always off. */
export const providerNames = [
  'apple',
  'azure',
  'bitbucket',
  'discord',
  'facebook',
  'snapchat',
  'figma',
  'fly',
  'github',
  'gitlab',
  'google',
  'keycloak',
  'kakao',
  'linkedin',
  'linkedin_oidc',
  'notion',
  'spotify',
  'slack',
  'slack_oidc',
  'workos',
  'twitch',
  'twitter',
  'x',
  'zoom',
] as const

/** Whole areas by the start of their paths. */
const switchedOff = [['/scim', 'feature_disabled', 'SCIM server is disabled']] as const

export const providers: Route = (app) => {
  for (const [path, code, message] of switchedOff) {
    const refuse = async () => {
      throw errors.featureOff(code, message)
    }
    app.all(path, refuse)
    app.all(`${path}/*`, refuse)
  }
}
