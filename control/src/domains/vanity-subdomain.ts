// A second name of a project under the installation's domain.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { errors } from './errors.ts'
import {
  findHostName,
  isHostTaken,
  lockHostNames,
  removeHostName,
  specWithNames,
  writeHostName,
} from './host-names.ts'

const path = '/v1/projects/:ref/vanity-subdomain'
const tag = 'Domains'
const wish = {
  ...byRef,
  vanity_subdomain: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens'),
}

/** Names of the installation itself; and twenty letters are somebody's ref, now or later. */
const reserved = /^(api|db|www|mail|smtp|auth|app|admin|dashboard|docs|status|mcp|localhost|[a-z]{20})$/

const isFree = async (
  db: Queries,
  domain: string,
  { ref, vanity_subdomain: label }: { ref: string; vanity_subdomain: string },
) => !reserved.test(label) && !(await isHostTaken(db, `${label}.${domain}`, ref))

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
  run: async ({ db }, { ref }) => {
    const hostname = await findHostName(db, ref, 'hostname')
    if (hostname?.status === 'active')
      return { status: 'custom-domain-used' as const, custom_domain: hostname.host }
    const name = await findHostName(db, ref, 'subdomain')
    return name === undefined
      ? { status: 'not-used' as const }
      : { status: 'active' as const, custom_domain: name.host }
  },
})

export const checkSubdomain = operation({
  name: 'domains.subdomain-check',
  about: 'Says whether a vanity subdomain can be had.',
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
  run: async ({ db, settings }, asked) => ({ available: await isFree(db, settings.domain, asked) }),
})

export const activateSubdomain = operation({
  name: 'domains.subdomain-activate',
  about:
    'Gives a project a name under the domain of the installation; links and tokens name it from then on.',
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
  run: (call, { ref, vanity_subdomain }) => {
    const { domain } = call.settings
    const host = `${vanity_subdomain}.${domain}`
    return changeProject(call, ref, 'be configured', async ({ db, spec }) => {
      await lockHostNames(db)
      if ((await findHostName(db, ref, 'hostname'))?.status === 'active') throw errors.hostnameInUse()
      if (!(await isFree(db, domain, { ref, vanity_subdomain }))) throw errors.subdomainTaken()
      await writeHostName(db, { ref, kind: 'subdomain', host, challenge: '', status: 'active', problems: [] })
      return { result: { custom_domain: host }, spec: await specWithNames(db, call.settings, spec) }
    })
  },
})

export const removeSubdomain = operation({
  name: 'domains.subdomain-remove',
  about: 'Gives a vanity subdomain back.',
  rest: { method: 'DELETE', path, status: 200, id: 'v1-deactivate-vanity-subdomain-config', tag },
  scope: onProject('vanity_subdomain_write'),
  input: z.object(byRef),
  output: nothing,
  run: (call, { ref }) =>
    changeProject(call, ref, 'be configured', async ({ db, spec }) => {
      if ((await findHostName(db, ref, 'subdomain')) === undefined) throw errors.subdomainMissing()
      await removeHostName(db, ref, 'subdomain')
      return { result: undefined, spec: await specWithNames(db, call.settings, spec) }
    }),
})
