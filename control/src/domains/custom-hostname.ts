// Host names of the owner's own. None can be set up yet: every step says so instead of pretending.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/custom-hostname'
const tag = 'Domains'

const Hostname = z.object({
  status: z.enum([
    '1_not_started',
    '2_initiated',
    '3_challenge_verified',
    '4_origin_setup_completed',
    '5_services_reconfigured',
  ]),
  custom_hostname: z.string(),
  data: z.record(z.string(), z.unknown()),
})

const refuse = async (): Promise<never> => {
  throw errors.hostnameMissing()
}

export const getHostname = operation({
  name: 'domains.hostname-get',
  about: 'Gets the custom hostname of a project and how far its set-up is.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-hostname-config', tag },
  scope: onProject('custom_domain_read'),
  input: z.object(byRef),
  output: Hostname,
  run: refuse,
})

export const initializeHostname = operation({
  name: 'domains.hostname-initialize',
  about: 'Begins to set up a custom hostname. Refused while the entrance cannot serve one.',
  rest: { method: 'POST', path: `${path}/initialize`, status: 201, id: 'v1-update-hostname-config', tag },
  scope: onProject('custom_domain_write'),
  input: z.object({ ...byRef, custom_hostname: z.string().min(1).max(253) }),
  output: Hostname,
  run: async () => {
    throw errors.hostnameNotServed()
  },
})

export const reverifyHostname = operation({
  name: 'domains.hostname-reverify',
  about: 'Looks again for the DNS records of a custom hostname.',
  rest: { method: 'POST', path: `${path}/reverify`, status: 201, id: 'v1-verify-dns-config', tag },
  scope: onProject('custom_domain_write'),
  input: z.object(byRef),
  output: Hostname,
  run: refuse,
})

export const activateHostname = operation({
  name: 'domains.hostname-activate',
  about: 'Switches a project to its custom hostname.',
  rest: { method: 'POST', path: `${path}/activate`, status: 201, id: 'v1-activate-custom-hostname', tag },
  scope: onProject('custom_domain_write'),
  input: z.object(byRef),
  output: Hostname,
  run: refuse,
})

export const removeHostname = operation({
  name: 'domains.hostname-remove',
  about: 'Removes the custom hostname of a project.',
  rest: { method: 'DELETE', path, status: 200, id: 'v1-Delete hostname config', tag },
  scope: onProject('custom_domain_write'),
  input: z.object({ ...byRef, remove_addon: z.boolean().optional() }),
  output: nothing,
  run: refuse,
})
