// Reads the settings of the realtime service.

import { RealtimeConfig } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getSpec } from '../projects/spec.ts'

const Settings = RealtimeConfig.extend({
  admin_suspended_at: z.string().nullable().describe('Always null: only the owner suspends the service.'),
})

export const getRealtimeConfig = operation({
  name: 'realtime-config.get',
  about: 'Gets the settings of the realtime service.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/realtime',
    status: 200,
    id: 'v1-get-realtime-config',
    tag: 'Realtime',
  },
  scope: onProject('realtime_config_read'),
  input: z.object(byRef),
  output: Settings,
  run: async ({ db, key }, { ref }) => {
    const { realtime } = await getSpec(db, key, ref)
    return { ...(realtime ?? RealtimeConfig.parse({})), admin_suspended_at: null }
  },
})
