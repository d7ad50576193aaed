// An organization takes back what it gave an app: its tokens get 401 from now on.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { deleteGrantsOfApp } from './grants.ts'

export const revokeAuthorization = operation({
  name: 'oauth.revoke-authorization',
  about: 'Ends the access of an OAuth app to an organization.',
  rest: {
    method: 'DELETE',
    path: '/platform/organizations/:slug/oauth/authorizations/:id',
    status: 204,
    id: 'revoke-oauth-authorization',
    tag: 'OAuth',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, id: z.uuid() }),
  output: nothing,
  run: async ({ db }, { slug, id }) => {
    if ((await deleteGrantsOfApp(db, id, slug)) === 0) throw errors.authorizationNotFound()
  },
})
