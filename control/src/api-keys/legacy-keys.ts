// The switch of the two legacy keys.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject, getSpec } from '../projects/spec.ts'

const Switch = z.object({ enabled: z.boolean() })

export const getLegacyKeys = operation({
  name: 'api-keys.legacy',
  about: 'Says whether the legacy keys anon and service_role are accepted.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/api-keys/legacy',
    status: 200,
    id: 'v1-get-project-legacy-api-keys',
    tag: 'Secrets',
  },
  scope: onProject('api_gateway_keys_read'),
  input: z.object(byRef),
  output: Switch,
  run: async ({ db, key }, { ref }) => ({ enabled: (await getSpec(db, key, ref)).jwt.legacyKeysEnabled }),
})

export const updateLegacyKeys = operation({
  name: 'api-keys.legacy-switch',
  about: 'Switches the legacy keys on or off.',
  rest: {
    method: 'PUT',
    path: '/v1/projects/:ref/api-keys/legacy',
    status: 200,
    id: 'v1-update-project-legacy-api-keys',
    tag: 'Secrets',
    query: ['enabled'],
  },
  scope: onProject('api_gateway_keys_write'),
  input: z.object({ ...byRef, enabled: z.boolean() }),
  output: Switch,
  run: (call, { ref, enabled }) =>
    changeProject(call, ref, 'have its keys changed', async ({ spec }) => ({
      result: { enabled },
      spec: { ...spec, jwt: { ...spec.jwt, legacyKeysEnabled: enabled } },
    })),
})
