// What can be wrong with OAuth apps and with what they ask. The codes are those of RFC 6749 and its relatives.

import { defineErrors, type ErrorShape } from '@plinth/errors'

const wrong = (code: string, message: string, status = 400): ErrorShape => ({
  code,
  kind: 'caller',
  status,
  message,
})

export const errors = defineErrors('oauth', {
  appNotFound: () => wrong('app_not_found', 'OAuth app not found', 404),
  authorizationNotFound: () => wrong('authorization_not_found', 'This app has no authorization here', 404),
  badRedirectUri: (uri: string) =>
    wrong(
      'invalid_redirect_uri',
      `${uri} cannot be a redirect URI: it must be a whole https address, http on a machine of one's own, or the scheme of an app, without a fragment.`,
    ),
  unknownScopes: (scopes: readonly string[]) =>
    wrong('invalid_scope', `Unknown scopes: ${scopes.join(', ')}`),
  invalidRequest: (message: string) => wrong('invalid_request', message),
  invalidClient: () => wrong('invalid_client', 'The client is unknown or its secret is wrong.', 401),
  invalidGrant: (message: string) => wrong('invalid_grant', message),
  unsupportedGrant: (type: string) =>
    wrong('unsupported_grant_type', `The grant type ${type} is not offered here.`),
  invalidMetadata: (message: string) => wrong('invalid_client_metadata', message),
})
