// What an organization is entitled to: here nothing is sold, so what the platform can do is open to everybody, and
// what it cannot do yet is said.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { entitlements } from './entitlements.ts'

const Config = z.union([
  z.strictObject({ enabled: z.boolean() }),
  z.strictObject({ enabled: z.boolean(), value: z.number(), unlimited: z.boolean(), unit: z.string() }),
  z.strictObject({ enabled: z.boolean(), set: z.array(z.string()) }),
])
const kind = z.enum(['boolean', 'numeric', 'set'])

export const listEntitlements = operation({
  name: 'organizations.entitlements',
  about: 'Lists what an organization may use.',
  rest: {
    method: 'GET',
    path: '/v1/organizations/:slug/entitlements',
    status: 200,
    id: 'v1-get-organization-entitlements',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_read'),
  input: z.object(bySlug),
  output: z.object({
    entitlements: z.array(
      z.object({
        feature: z.object({ key: z.string(), type: kind }),
        hasAccess: z.boolean(),
        type: kind,
        config: Config,
      }),
    ),
  }),
  run: async () => ({ entitlements: entitlements.map((one) => ({ ...one })) }),
})
