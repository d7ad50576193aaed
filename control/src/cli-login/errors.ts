// What can be wrong when the CLI fetches its token.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('cli-login', {
  notFound: () => ({
    code: 'login_not_found',
    kind: 'caller',
    status: 404,
    message: 'This log-in is not known, or the code is wrong. Run the log-in command again.',
  }),
})
