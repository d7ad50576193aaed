// A second name of a project under the installation's domain. The entrance routes by ref alone yet.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/vanity-subdomain'
const tag = 'Domains'
const wish = {
  ...byRef,
  vanity_subdomain: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens'),
}

export const getSubdomain = operation({
  name: 'domains.subdomain-get',
  about: 'Gets the vanity subdomain of a project.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-vanity-subdomain-config', tag },
  scope: onProject('vanity_subdomain_read'),
  input: z.object(byRef),
  output: z.object({
    status: z.enum(['not-used', 'custom-domain-used', 'active']),
    custom_domain: z.string().optional(),
  }),
  run: async () => ({ status: 'not-used' as const }),
})

export const checkSubdomain = operation({
  name: 'domains.subdomain-check',
  about: 'Says whether a vanity subdomain can be had. None can yet.',
  rest: {
    method: 'POST',
    path: `${path}/check-availability`,
    status: 201,
    id: 'v1-check-vanity-subdomain-availability',
    tag,
  },
  scope: onProject('vanity_subdomain_write'),
  input: z.object(wish),
  output: z.object({ available: z.boolean() }),
  run: async () => ({ available: false }),
})

export const activateSubdomain = operation({
  name: 'domains.subdomain-activate',
  about: 'Activates a vanity subdomain. Refused while the entrance routes by ref alone.',
  rest: {
    method: 'POST',
    path: `${path}/activate`,
    status: 201,
    id: 'v1-activate-vanity-subdomain-config',
    tag,
  },
  scope: onProject('vanity_subdomain_write'),
  input: z.object(wish),
  output: z.object({ custom_domain: z.string() }),
  run: async () => {
    throw errors.subdomainNotServed()
  },
})

export const removeSubdomain = operation({
  name: 'domains.subdomain-remove',
  about: 'Gives a vanity subdomain back.',
  rest: { method: 'DELETE', path, status: 200, id: 'v1-deactivate-vanity-subdomain-config', tag },
  scope: onProject('vanity_subdomain_write'),
  input: z.object(byRef),
  output: nothing,
  run: async () => {
    throw errors.subdomainMissing()
  },
})
