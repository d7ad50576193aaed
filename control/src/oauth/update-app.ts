// Changes an OAuth app. With other scopes every organization has to agree again: what was granted ends.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { App, appWish, checkScopes, showApp } from './app-reply.ts'
import { errors } from './errors.ts'
import { deleteGrantsOfApp } from './grants.ts'
import { findOwnApp, updateApp as update } from './queries.ts'
import { checkRedirectUris } from './redirect-uri.ts'

const sameScopes = (left: readonly string[], right: readonly string[]): boolean =>
  new Set(left).symmetricDifference(new Set(right)).size === 0

export const updateApp = operation({
  name: 'oauth.update-app',
  about: 'Changes an OAuth app; with other scopes everybody who uses it has to authorize it again.',
  rest: {
    method: 'PATCH',
    path: '/platform/organizations/:slug/oauth/apps/:id',
    status: 200,
    id: 'update-oauth-app',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, id: z.uuid(), ...z.object(appWish).partial().shape }),
  output: App,
  run: ({ db }, { slug, id, ...wish }) => {
    checkRedirectUris(wish.redirect_uris ?? [], { allowHttp: true })
    checkScopes(wish.scopes ?? [])
    return db.transaction(async (session) => {
      const app = await findOwnApp(session, slug, id)
      if (app === undefined) throw errors.appNotFound()
      const scopes = wish.scopes ?? app.scopes
      if (!sameScopes(scopes, app.scopes)) await deleteGrantsOfApp(session, id)
      const row = await update(session, {
        ...app,
        scopes,
        name: wish.name ?? app.name,
        website: wish.website ?? app.website,
        redirect_uris: wish.redirect_uris ?? app.redirect_uris,
      })
      return showApp(row)
    })
  },
})
