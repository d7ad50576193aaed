// Registers an OAuth app of an organization: a platform that shall act in other people's organizations.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { AppWithSecret, appWish, checkScopes, newSecret, showApp } from './app-reply.ts'
import { insertApp } from './queries.ts'
import { checkRedirectUris } from './redirect-uri.ts'

export const createApp = operation({
  name: 'oauth.create-app',
  about: 'Registers an OAuth app of an organization.',
  rest: {
    method: 'POST',
    path: '/platform/organizations/:slug/oauth/apps',
    status: 201,
    id: 'create-oauth-app',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, ...appWish }),
  output: AppWithSecret,
  run: async ({ db, actor }, { slug, redirect_uris, ...wish }) => {
    checkRedirectUris(redirect_uris, { allowHttp: true })
    checkScopes(wish.scopes)
    const { secret, ...kept } = newSecret()
    const row = await insertApp(db, {
      ...wish,
      ...kept,
      organizationId: slug,
      createdBy: actor.accountId,
      redirectUris: redirect_uris,
    })
    return { ...showApp(row), client_secret: secret }
  },
})
