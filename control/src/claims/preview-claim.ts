// What taking a project would mean, before it is taken.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { lockProject } from '../projects/queries.ts'
import { errors } from './errors.ts'
import { lockClaim } from './queries.ts'
import { findObstacle } from './transfer.ts'

const Notes = z.array(z.object({ key: z.string(), message: z.string() }))
const plan = z.enum(['free', 'pro', 'team', 'enterprise', 'platform'])

export const previewClaim = operation({
  name: 'claims.preview',
  about: 'Shows what it would mean to take a project into an organization.',
  rest: {
    method: 'GET',
    path: '/v1/organizations/:slug/project-claim/:token',
    status: 200,
    id: 'v1-get-organization-project-claim',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, token: z.string() }),
  output: z.object({
    project: z.object({ ref: z.string(), name: z.string() }),
    preview: z.object({
      valid: z.boolean(),
      warnings: Notes,
      errors: Notes,
      info: Notes,
      members_exceeding_free_project_limit: z.array(z.object({ name: z.string(), limit: z.number() })),
      source_subscription_plan: plan,
      target_subscription_plan: plan.nullable(),
    }),
    expires_at: z.string(),
    created_at: z.string(),
    created_by: z.string(),
  }),
  run: ({ db }, { slug, token }) =>
    db.transaction(async (session) => {
      const claim = await lockClaim(session, 'token', token)
      const project = claim && (await lockProject(session, claim.ref))
      if (claim === undefined || project === undefined) throw errors.notFound()
      const obstacle = findObstacle(claim, project, slug)
      const members = 'Members of this organization get access; those of the former one lose it.'
      return {
        project: { ref: project.ref, name: project.name },
        preview: {
          valid: obstacle === undefined,
          warnings: [],
          errors: obstacle === undefined ? [] : [{ key: obstacle.code, message: obstacle.message }],
          info: [{ key: 'access', message: members }],
          members_exceeding_free_project_limit: [],
          source_subscription_plan: 'free' as const,
          target_subscription_plan: 'free' as const,
        },
        expires_at: claim.expires_at,
        created_at: claim.created_at,
        created_by: claim.created_by,
      }
    }),
})
