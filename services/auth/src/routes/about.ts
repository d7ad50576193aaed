// What anybody may know: that the service is there, what it offers, and its public keys.

import type { AuthConfig } from '@plinth/contracts'
import { isAuthProvider } from '../core/find-provider.ts'
import { oauthScopes } from '../core/oauth-authorize.ts'
import { checkServer } from './oauth-clients.ts'
import { providerNames } from './providers.ts'
import type { Route } from './route.ts'

const isOn = (config: AuthConfig, name: string): boolean =>
  isAuthProvider(name) && config[`external_${name}_enabled`]

const settings = (config: AuthConfig): object => ({
  external: {
    anonymous_users: config.external_anonymous_users_enabled,
    ...Object.fromEntries(providerNames.map((name) => [name, isOn(config, name)])),
    email: config.external_email_enabled,
    phone: config.external_phone_enabled,
  },
  disable_signup: config.disable_signup,
  mailer_autoconfirm: config.mailer_autoconfirm,
  phone_autoconfirm: config.sms_autoconfirm,
  sms_provider: config.sms_provider,
  saml_enabled: config.saml_enabled,
  saml_private_key_next_configured: config.saml_enabled && config.saml_private_key_next !== '',
  passkeys_enabled: config.passkey_enabled,
})

const openidConfiguration = (config: AuthConfig, issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth/authorize`,
  token_endpoint: `${issuer}/oauth/token`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  ...(config.oauth_server_enabled && config.oauth_server_allow_dynamic_registration
    ? { registration_endpoint: `${issuer}/oauth/clients/register` }
    : {}),
  userinfo_endpoint: `${issuer}/oauth/userinfo`,
  scopes_supported: oauthScopes,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'HS256', 'ES256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  claims_supported: [
    'sub',
    'aud',
    'iss',
    'exp',
    'iat',
    'auth_time',
    'nonce',
    'email',
    'email_verified',
    'phone_number',
    'phone_number_verified',
    'name',
    'picture',
    'preferred_username',
    'updated_at',
  ],
  code_challenge_methods_supported: ['S256', 'plain'],
})

const cached = 'public, max-age=600'

export const about: Route = (app, { config, signer, issuer }) => {
  app.get('/health', async () => ({
    version: 'v2.196.0',
    name: 'GoTrue',
    description: 'GoTrue is a user registration and authentication API',
  }))
  app.get('/settings', async () => settings(config))
  app.get('/.well-known/jwks.json', async (_request, reply) => {
    void reply.header('cache-control', cached)
    return signer.jwks()
  })
  app.get('/.well-known/openid-configuration', async (_request, reply) => {
    void reply.header('cache-control', cached)
    return openidConfiguration(config, issuer)
  })
  app.get('/.well-known/oauth-authorization-server', async (_request, reply) => {
    checkServer({ config })
    void reply.header('cache-control', cached)
    return openidConfiguration(config, issuer)
  })
}
