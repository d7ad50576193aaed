// Takes a project into an organization.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { lockClaim } from './queries.ts'
import { transferProject } from './transfer.ts'

export const takeClaim = operation({
  name: 'claims.take',
  about: 'Takes the project of a claim token into an organization.',
  rest: {
    method: 'POST',
    path: '/v1/organizations/:slug/project-claim/:token',
    status: 204,
    id: 'v1-claim-project-for-organization',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, token: z.string() }),
  output: nothing,
  run: ({ db, actor, requestId }, { slug, token }) =>
    db.transaction(async (session) => {
      const claim = await lockClaim(session, 'token', token)
      if (claim === undefined) throw errors.notFound()
      await transferProject(session, { claim, to: slug, accountId: actor.accountId, requestId })
    }),
})
