// Reads the settings of the auth service.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { readKept } from '../projects/kept-settings.ts'
import { getSpec } from '../projects/spec.ts'
import { currentValues, keptAuth, maskValues } from './kept-auth.ts'
import { AuthSettings } from './reply.ts'

export const getAuthConfig = operation({
  name: 'auth-config.get',
  about: 'Gets the settings of the auth service. Secrets are shown as digests.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/auth',
    status: 200,
    id: 'v1-get-auth-service-config',
    tag: 'Auth',
  },
  scope: onProject('auth_config_read'),
  input: z.object(byRef),
  output: AuthSettings,
  run: async (call, { ref }) => {
    const [spec, kept] = await Promise.all([getSpec(call.db, call.key, ref), readKept(call, ref, keptAuth)])
    return maskValues(currentValues(spec.auth, kept), { ref, mayWrite: call.may('auth_config_write') })
  },
})
