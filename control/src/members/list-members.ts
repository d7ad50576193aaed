// Members of an organization in pages, as the newer half of the API has them.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { PageLinks, pageInput, readPage, showPage } from '../frame/pages.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { listMemberPage } from '../organizations/queries.ts'
import { roleNames } from './role-names.ts'

const Member = z.object({
  type: z.literal('organization_member'),
  id: z.uuid(),
  attributes: z.object({
    username: z.string().nullable(),
    primary_email: z.string().nullable(),
    mfa_enabled: z.boolean(),
    is_sso_user: z.boolean(),
    avatar_url: z.string().nullable(),
    roles: z.array(
      z.object({
        name: z.string(),
        scope: z.enum(['organization', 'project']),
        projects: z.array(z.object({ ref: z.string(), name: z.string() })),
      }),
    ),
  }),
})

export const listMemberPages = operation({
  name: 'members.list',
  about: 'Lists the members of an organization with their roles, in pages.',
  rest: {
    method: 'GET',
    path: '/v2/organizations/:slug/members',
    status: 200,
    id: 'v2ListOrganizationMembers',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'members_read'),
  input: z.object({
    ...bySlug,
    ...pageInput,
    'filter[username]': z.string().min(1).optional(),
    'filter[primary_email]': z.email().optional(),
  }),
  output: z.object({ data: z.array(Member), links: PageLinks }),
  run: async ({ db }, { slug, ...wish }) => {
    const username = wish['filter[username]']
    const email = wish['filter[primary_email]']
    const found = await listMemberPage(db, slug, { username, email, ...readPage(wish) })
    const filters = { 'filter[username]': username, 'filter[primary_email]': email }
    const { rows, links } = showPage(found, wish, `/v2/organizations/${slug}/members`, filters)
    const data = rows.map(({ user_id, user_name, email: primary_email, role }) => ({
      type: 'organization_member' as const,
      id: user_id,
      attributes: {
        username: user_name,
        primary_email,
        mfa_enabled: false,
        is_sso_user: false,
        avatar_url: null,
        roles: [{ name: roleNames[role], scope: 'organization' as const, projects: [] }],
      },
    }))
    return { data, links }
  },
})
