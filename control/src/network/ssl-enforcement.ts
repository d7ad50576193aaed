// Whether the database entrance insists on TLS. It does not speak it yet.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/ssl-enforcement'
const Enforcement = z.object({
  currentConfig: z.object({ database: z.boolean() }),
  appliedSuccessfully: z.boolean(),
})
const off: z.infer<typeof Enforcement> = { currentConfig: { database: false }, appliedSuccessfully: true }

export const getSslEnforcement = operation({
  name: 'network.ssl-get',
  about: 'Says whether the database entrance insists on TLS.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-ssl-enforcement-config', tag: 'Database' },
  scope: onProject('database_ssl_config_read'),
  input: z.object(byRef),
  output: Enforcement,
  run: async () => off,
})

export const updateSslEnforcement = operation({
  name: 'network.ssl-update',
  about: 'Switches the insistence on TLS. Today it can only be off.',
  rest: { method: 'PUT', path, status: 200, id: 'v1-update-ssl-enforcement-config', tag: 'Database' },
  scope: onProject('database_ssl_config_write'),
  input: z.object({ ...byRef, requestedConfig: z.strictObject({ database: z.boolean() }) }),
  output: Enforcement,
  run: async (_call, { requestedConfig }) => {
    if (requestedConfig.database) throw errors.tlsNotOffered()
    return off
  },
})
