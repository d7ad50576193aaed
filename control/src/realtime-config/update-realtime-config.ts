// Changes the settings of the realtime service.

import { RealtimeConfig } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'

const { shape } = RealtimeConfig
/** Without defaults: an absent key stays as it is. */
const edit = {
  private_only: shape.private_only.unwrap().optional(),
  connection_pool: shape.connection_pool.unwrap().optional(),
  postgres_changes_pool: shape.postgres_changes_pool.unwrap().unwrap().optional(),
  max_concurrent_users: shape.max_concurrent_users.unwrap().optional(),
  max_events_per_second: shape.max_events_per_second.unwrap().optional(),
  max_bytes_per_second: shape.max_bytes_per_second.unwrap().optional(),
  max_channels_per_client: shape.max_channels_per_client.unwrap().optional(),
  max_joins_per_second: shape.max_joins_per_second.unwrap().optional(),
  max_presence_events_per_second: shape.max_presence_events_per_second.unwrap().optional(),
  max_payload_size_in_kb: shape.max_payload_size_in_kb.unwrap().optional(),
  suspend: shape.suspend.unwrap().optional(),
  presence_enabled: shape.presence_enabled.unwrap().optional(),
}

export const updateRealtimeConfig = operation({
  name: 'realtime-config.update',
  about: 'Changes the settings of the realtime service.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/config/realtime',
    status: 204,
    id: 'v1-update-realtime-config',
    tag: 'Realtime',
  },
  scope: onProject('realtime_config_write'),
  input: z.object({ ...byRef, ...edit }),
  output: nothing,
  run: (call, { ref, ...wish }) =>
    changeProject(call, ref, 'be configured', async ({ spec }) => ({
      result: undefined,
      spec: { ...spec, realtime: RealtimeConfig.parse({ ...spec.realtime, ...wish }) },
    })),
})
