// A new secret for an OAuth app; the old one stops working at once.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { AppWithSecret, newSecret, showApp } from './app-reply.ts'
import { errors } from './errors.ts'
import { findOwnApp, updateApp } from './queries.ts'

export const rotateSecret = operation({
  name: 'oauth.rotate-secret',
  about: 'Gives an OAuth app a new secret; the old one stops working.',
  rest: {
    method: 'POST',
    path: '/platform/organizations/:slug/oauth/apps/:id/client-secret',
    status: 201,
    id: 'rotate-oauth-app-secret',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, id: z.uuid() }),
  output: AppWithSecret,
  run: ({ db }, { slug, id }) =>
    db.transaction(async (session) => {
      const app = await findOwnApp(session, slug, id)
      if (app === undefined) throw errors.appNotFound()
      const { secret, secretHash, secretAlias } = newSecret()
      const row = await updateApp(session, { ...app, secret_hash: secretHash, secret_alias: secretAlias })
      return { ...showApp(row), client_secret: secret }
    }),
})
