// What can be wrong with secrets of functions.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('secrets', {
  reservedName: (names: readonly string[]) => ({
    code: 'secret_name_reserved',
    kind: 'caller',
    status: 400,
    message: `Secret names must not start with SUPABASE_: ${names.join(', ')}`,
  }),
})
