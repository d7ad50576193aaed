// A new project, as its owner asks for it; the host makes it true afterwards.

import { InstanceSize } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { errors } from './errors.ts'
import { addProject } from './new-project.ts'
import { Project, showProject } from './project-reply.ts'
import { chooseRegion, RegionCode, RegionSelection } from './regions.ts'

const input = z.object({
  db_pass: z.string().min(1),
  name: z.string().min(1).max(256),
  organization_slug: z.string().regex(/^[\w-]+$/),
  region: RegionCode.optional(),
  region_selection: RegionSelection.optional(),
  desired_instance_size: InstanceSize.optional(),
  template_url: z.url().optional(),
  release_channel: z.enum(['internal', 'alpha', 'beta', 'ga', 'withdrawn', 'preview']).optional(),
  postgres_engine: z.enum(['15', '17', '17-oriole']).optional(),
  high_availability: z.boolean().optional(),
  organization_id: z.string().optional().describe('Ignored.'),
  plan: z.enum(['free', 'pro']).optional().describe('Ignored.'),
  kps_enabled: z.boolean().optional().describe('Ignored.'),
})

/** What this installation cannot do is refused, not ignored. */
const refuseUnavailable = (wish: z.infer<typeof input>): void => {
  if (wish.postgres_engine !== undefined && wish.postgres_engine !== '17') {
    throw errors.engineUnavailable(wish.postgres_engine)
  }
  if (wish.template_url !== undefined) throw errors.templateUnavailable()
  if (wish.high_availability === true) throw errors.highAvailabilityUnavailable()
}

export const createProject = operation({
  name: 'projects.create',
  about: 'Creates a project. Poll it until its status is ACTIVE_HEALTHY.',
  rest: { method: 'POST', path: '/v1/projects', status: 201, id: 'v1-create-a-project', tag: 'Projects' },
  scope: onOrganization('organization_slug', 'organization_projects_create'),
  input,
  output: Project,
  run: async (call, wish) => {
    refuseUnavailable(wish)
    const region = chooseRegion(call.settings, wish)
    const row = await call.db.transaction((session) =>
      addProject(call, session, {
        organizationId: wish.organization_slug,
        name: wish.name,
        region,
        size: wish.desired_instance_size ?? 'nano',
        ownerPassword: wish.db_pass,
      }),
    )
    // Not awaited: the reply does not wait for provisioning. A failed attempt is noticed and repeated there.
    void call.applySpec(row.ref)
    return showProject(call.settings, row)
  },
})
