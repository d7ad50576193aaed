// What can be wrong with a request about API keys.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('api_keys', {
  notFound: () => ({ code: 'api_key_not_found', kind: 'caller', status: 404, message: 'API key not found' }),
  nameTaken: (type: string, name: string) => ({
    code: 'api_key_exists',
    kind: 'caller',
    status: 400,
    message: `name: there is a ${type} key named ${name} already`,
  }),
  templateOfPublishable: () => ({
    code: 'template_not_allowed',
    kind: 'caller',
    status: 400,
    message: 'secret_jwt_template: only secret keys have one',
  }),
})
