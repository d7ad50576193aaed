// What this installation's entrances do not enforce yet. A setting that nobody enforces is not accepted.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('network', {
  restrictionsNotEnforced: () => ({
    code: 'network_restrictions_not_enforced',
    kind: 'caller',
    status: 400,
    message:
      'The database entrance does not check addresses yet, so only 0.0.0.0/0 and ::/0 can be set. Restrict them in the firewall of this machine.',
  }),
  tlsNotOffered: () => ({
    code: 'ssl_enforcement_not_offered',
    kind: 'caller',
    status: 400,
    message:
      'The database entrance does not speak TLS yet, so it cannot be required. Nothing listens beyond this machine unless you forward it.',
  }),
})
