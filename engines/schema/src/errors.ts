// What can be wrong with two schemas that are compared.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('schema', {
  notComparable: (why: string) => ({
    code: 'schema_not_comparable',
    kind: 'project',
    status: 422,
    message: `The difference of the two schemas cannot be written as SQL: ${why}`,
  }),
})
