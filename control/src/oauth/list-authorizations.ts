// Apps that may act in an organization.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { listAuthorizations as list } from './queries.ts'

export const listAuthorizations = operation({
  name: 'oauth.list-authorizations',
  about: 'Lists the OAuth apps that may act in an organization.',
  rest: {
    method: 'GET',
    path: '/platform/organizations/:slug/oauth/authorizations',
    status: 200,
    id: 'list-oauth-authorizations',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object(bySlug),
  output: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      website: z.string().nullable(),
      scopes: z.array(z.string()),
      authorized_at: z.string(),
    }),
  ),
  run: async ({ db }, { slug }) => (await list(db, slug)).map((row) => ({ ...row, scopes: [...row.scopes] })),
})
