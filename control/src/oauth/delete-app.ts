// Removes an OAuth app; all access it was given ends.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { App, showApp } from './app-reply.ts'
import { errors } from './errors.ts'
import { findOwnApp, deleteApp as remove } from './queries.ts'

export const deleteApp = operation({
  name: 'oauth.delete-app',
  about: 'Deletes an OAuth app and ends all access it was given.',
  rest: {
    method: 'DELETE',
    path: '/platform/organizations/:slug/oauth/apps/:id',
    status: 200,
    id: 'delete-oauth-app',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, id: z.uuid() }),
  output: App,
  run: ({ db }, { slug, id }) =>
    db.transaction(async (session) => {
      const app = await findOwnApp(session, slug, id)
      if (app === undefined) throw errors.appNotFound()
      await remove(session, id)
      return showApp(app)
    }),
})
