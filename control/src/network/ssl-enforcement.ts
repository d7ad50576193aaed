// Whether the database entrance insists on TLS. The entrance enforces it for connections that begin after the change.

import type { NetworkConfig } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'
import { changeProject, getSpec } from '../projects/spec.ts'

const path = '/v1/projects/:ref/ssl-enforcement'
const Enforcement = z.object({
  currentConfig: z.object({ database: z.boolean() }),
  appliedSuccessfully: z.boolean(),
})

const show = (network: NetworkConfig | undefined): z.infer<typeof Enforcement> => ({
  currentConfig: { database: network?.requireTls ?? false },
  appliedSuccessfully: true,
})

export const getSslEnforcement = operation({
  name: 'network.ssl-get',
  about: 'Says whether the database entrance insists on TLS.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-ssl-enforcement-config', tag: 'Database' },
  scope: onProject('database_ssl_config_read'),
  input: z.object(byRef),
  output: Enforcement,
  run: async (call, { ref }) => {
    await getProject(call.db, ref)
    return show((await getSpec(call.db, call.key, ref)).network)
  },
})

export const updateSslEnforcement = operation({
  name: 'network.ssl-update',
  about: 'Switches whether the database entrance insists on TLS.',
  rest: { method: 'PUT', path, status: 200, id: 'v1-update-ssl-enforcement-config', tag: 'Database' },
  scope: onProject('database_ssl_config_write'),
  input: z.object({ ...byRef, requestedConfig: z.strictObject({ database: z.boolean() }) }),
  output: Enforcement,
  run: (call, { ref, requestedConfig }) =>
    changeProject(call, ref, 'be configured', async ({ spec }) => {
      const network = { ...spec.network, requireTls: requestedConfig.database }
      return { result: show(network), spec: { ...spec, network } }
    }),
})
