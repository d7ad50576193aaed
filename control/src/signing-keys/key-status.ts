// Life of a signing key. At most one is in use and at most one stands by; tokens of the others count until the key
// is revoked.

import type { SigningKeyStatus } from '@plinth/contracts'
import { machine } from '@plinth/machine'

/** The events are the statuses that owners ask for. */
export const keyStatus = machine<SigningKeyStatus, SigningKeyStatus>()({
  standby: { in_use: 'in_use', revoked: 'revoked' },
  in_use: { previously_used: 'previously_used' },
  previously_used: { standby: 'standby', in_use: 'in_use', revoked: 'revoked' },
  revoked: { standby: 'standby', previously_used: 'previously_used' },
})
