// OAuth apps that an organization has registered.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { App, showApp } from './app-reply.ts'
import { listApps as list } from './queries.ts'

export const listApps = operation({
  name: 'oauth.list-apps',
  about: 'Lists the OAuth apps of an organization.',
  rest: {
    method: 'GET',
    path: '/platform/organizations/:slug/oauth/apps',
    status: 200,
    id: 'list-oauth-apps',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object(bySlug),
  output: z.array(App),
  run: async ({ db }, { slug }) => (await list(db, slug)).map(showApp),
})
