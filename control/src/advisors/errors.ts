// What can be wrong with a wish for advice.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('advisors', {
  unknownLint: (name: string) => ({
    code: 'lint_not_found',
    kind: 'caller',
    status: 400,
    message: `${name} is no check of the database`,
  }),
})
