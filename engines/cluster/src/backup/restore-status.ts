// The life of a restore as a table. The data in use is untouched until `swapping`, and from there on there is no
// way but forward: whoever finds a restore in one of these states after a crash goes on from it.

import { machine } from '@plinth/machine'

export type RestoreStatus = 'recovering' | 'swapping' | 'restored' | 'rolled_back'
export type RestoreEvent = 'recovered' | 'swapped' | 'failed'

export const restoreStatus = machine<RestoreStatus, RestoreEvent>()({
  recovering: { recovered: 'swapping', failed: 'rolled_back' },
  swapping: { swapped: 'restored' },
  restored: {},
  rolled_back: {},
})
