// What can be wrong with a wish about other issuers of tokens and single sign-on.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('auth_integrations', {
  notFound: () => ({
    code: 'integration_not_found',
    kind: 'caller',
    status: 404,
    message: 'Third-party auth integration not found',
  }),
  exactlyOne: () =>
    bad('exactly_one_source', 'Exactly one of oidc_issuer_url, jwks_url and custom_jwks must be given'),
  unreachable: (url: string, why: string) =>
    bad('keys_unreachable', `The keys at ${url} cannot be read: ${why}`),
  noKeys: () =>
    bad('no_usable_keys', 'The key set holds no key that can be used: RS256, ES256 or EdDSA with a kid'),
  kidTaken: (kid: string) => bad('kid_taken', `The project knows another key with the kid ${kid} already`),
  samlOff: () => ({
    code: 'saml_disabled',
    kind: 'caller',
    status: 404,
    message: 'SAML 2.0 support is not enabled for this project.',
  }),
  providerNotFound: () => ({
    code: 'sso_provider_not_found',
    kind: 'caller',
    status: 404,
    message: 'SSO Identity Provider not found',
  }),
})
