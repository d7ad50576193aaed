// Settings of sign-in through other services.

import { switches, texts } from './config-keys.ts'

export const authProviders = [
  'apple',
  'azure',
  'bitbucket',
  'discord',
  'facebook',
  'figma',
  'fly',
  'github',
  'gitlab',
  'google',
  'kakao',
  'keycloak',
  'linkedin',
  'linkedin_oidc',
  'notion',
  'slack',
  'slack_oidc',
  'snapchat',
  'spotify',
  'twitch',
  'twitter',
  'vercel_marketplace',
  'workos',
  'x',
  'zoom',
] as const
export type AuthProvider = (typeof authProviders)[number]

export const authProviderKeys = {
  ...switches(authProviders.map((name) => `external_${name}_enabled` as const)),
  ...switches(authProviders.map((name) => `external_${name}_email_optional` as const)),
  ...switches(['external_google_skip_nonce_check', 'custom_oauth_enabled']),
  /** Several ids separated by commas: the first one asks, all of them are taken in id tokens. */
  ...texts(authProviders.map((name) => `external_${name}_client_id` as const)),
  ...texts(authProviders.map((name) => `external_${name}_secret` as const)),
  ...texts(['external_apple_additional_client_ids', 'external_google_additional_client_ids']),
  /** Base address where the service is not at its usual place. */
  ...texts(['external_azure_url', 'external_gitlab_url', 'external_keycloak_url', 'external_workos_url']),
}
