// How programs find their way: the authorization server (RFC 8414) and what it protects (RFC 9728).

import type { ServicePlugin } from '@plinth/http'
import { oauthScopes } from '../frame/oauth-scopes.ts'
import { originOf } from '../pages/visit.ts'

const authorizationServer = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/v1/oauth/authorize`,
  token_endpoint: `${origin}/v1/oauth/token`,
  revocation_endpoint: `${origin}/v1/oauth/revoke`,
  registration_endpoint: `${origin}/v1/oauth/register`,
  scopes_supported: oauthScopes,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  code_challenge_methods_supported: ['S256', 'plain'],
  service_documentation: `${origin}/docs`,
})

const protectedResource = (origin: string) => ({
  resource: `${origin}/mcp`,
  authorization_servers: [origin],
  scopes_supported: oauthScopes,
  bearer_methods_supported: ['header'],
  resource_name: 'Plinth',
  resource_documentation: `${origin}/docs`,
})

/** Where the metadata of `/mcp` is found; named in its 401. */
export const resourceMetadataPath = '/.well-known/oauth-protected-resource/mcp'

const documents = {
  '/.well-known/oauth-authorization-server': authorizationServer,
  // Clients that know only the resource's own address look here.
  '/.well-known/oauth-authorization-server/mcp': authorizationServer,
  '/.well-known/oauth-protected-resource': protectedResource,
  [resourceMetadataPath]: protectedResource,
}

export const metadataDoor: ServicePlugin = async (app) => {
  for (const [path, describe] of Object.entries(documents)) {
    app.get(path, { config: { name: 'oauth.metadata' } }, async (request, reply) =>
      reply.header('access-control-allow-origin', '*').send(describe(originOf(request))),
    )
  }
}
