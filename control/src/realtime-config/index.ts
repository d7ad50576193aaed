// Operations of this domain, in the order the reference shows them.

import { getRealtimeConfig } from './get-realtime-config.ts'
import { updateRealtimeConfig } from './update-realtime-config.ts'

export const realtimeConfig = [getRealtimeConfig, updateRealtimeConfig]
