// Reads the custom hostname of a project.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { findHostName } from './host-names.ts'
import { Hostname, showHostname } from './hostname-reply.ts'

export const getHostname = operation({
  name: 'domains.hostname-get',
  about: 'Gets the custom hostname of a project and how far its set-up is.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/custom-hostname',
    status: 200,
    id: 'v1-get-hostname-config',
    tag: 'Domains',
  },
  scope: onProject('custom_domain_read'),
  input: z.object(byRef),
  output: Hostname,
  run: async ({ db, settings }, { ref }) => {
    const name = await findHostName(db, ref, 'hostname')
    if (name === undefined) throw errors.hostnameMissing()
    return showHostname(name, settings)
  },
})
