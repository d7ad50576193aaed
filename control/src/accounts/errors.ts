// What can be wrong with a request about accounts.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('accounts', {
  notFirstRun: () => ({
    code: 'not_first_run',
    kind: 'caller',
    status: 409,
    message: 'This installation has an owner already.',
  }),
  noOwner: () => ({
    code: 'no_owner',
    kind: 'caller',
    status: 409,
    message: 'This installation has no owner yet: do the first run.',
  }),
})
