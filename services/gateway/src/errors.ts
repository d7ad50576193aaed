// Why the gateway turns a request away. Texts and hints are upstream's: clients show and match them.

import { defineErrors } from '@plinth/errors'

export const gatewayErrors = defineErrors('gateway', {
  noApiKey: () => ({
    code: 'no_api_key',
    kind: 'caller',
    status: 401,
    message: 'No API key found in request',
    hint: 'No `apikey` request header or url param was found.',
  }),
  invalidApiKey: () => ({
    code: 'invalid_api_key',
    kind: 'caller',
    status: 401,
    message: 'Invalid API key',
    hint: 'Double check your Supabase `anon` or `service_role` API key.',
  }),
  legacyKeysDisabled: () => ({
    code: 'legacy_api_keys_disabled',
    kind: 'caller',
    status: 401,
    message: 'Legacy API keys are disabled',
    hint: 'Enable the `anon` and `service_role` keys again, or use a publishable or secret key.',
  }),
  secretKeyInBrowser: () => ({
    code: 'secret_api_key_in_browser',
    kind: 'caller',
    status: 401,
    message: 'Forbidden use of secret API key in browser',
    hint: 'A secret key must never reach a browser. Delete this one and use a publishable key there.',
  }),
  serviceKeyNeeded: () => ({
    code: 'service_key_needed',
    kind: 'caller',
    status: 403,
    message: 'This address needs a secret or `service_role` key.',
  }),
  notOffered: (service: string) => ({
    code: 'not_offered',
    kind: 'caller',
    status: 501,
    message: `This installation does not offer ${service} yet.`,
  }),
})
