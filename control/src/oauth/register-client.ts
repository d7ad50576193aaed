// A client registers itself (RFC 7591): programs that speak MCP come without anybody having set them up.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { oauthScopes } from '../frame/oauth-scopes.ts'
import { newSecret } from './app-reply.ts'
import { errors } from './errors.ts'
import { type AppRow, forgetIdleClients, insertApp } from './queries.ts'
import { checkRedirectUris } from './redirect-uri.ts'

const Metadata = z.object({
  redirect_uris: z.array(z.string().min(1).max(2048)).min(1).max(20),
  client_name: z.string().trim().min(1).max(128).default('A program without a name'),
  client_uri: z.url({ protocol: /^https?$/ }).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post'])
    .default('client_secret_basic'),
  grant_types: z.array(z.string()).optional(),
  response_types: z.array(z.string()).optional(),
  scope: z.string().max(2048).optional(),
})

/** Scopes we do not know are left out, as the standard allows; without any wish an app may ask for all. */
const chooseScopes = (scope: string | undefined): readonly string[] => {
  const wished = (scope ?? '').split(' ').filter((one) => oauthScopes.includes(one))
  return wished.length > 0 ? wished : oauthScopes
}

const read = (body: unknown): z.output<typeof Metadata> => {
  const metadata = Metadata.safeParse(body)
  if (metadata.success) return metadata.data
  const [issue] = metadata.error.issues
  throw errors.invalidMetadata(`${issue?.path.join('.')}: ${issue?.message}`)
}

const show = (app: AppRow, method: string, secret: string | undefined) => ({
  client_id: app.id,
  client_id_issued_at: Math.floor(Date.parse(app.created_at) / 1000),
  ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
  client_name: app.name,
  ...(app.website !== null && { client_uri: app.website }),
  redirect_uris: app.redirect_uris,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: method,
  scope: app.scopes.join(' '),
})

export const registerClient = async (db: Queries, body: unknown): Promise<object> => {
  const wish = read(body)
  checkRedirectUris(wish.redirect_uris, { allowHttp: false })
  await forgetIdleClients(db)
  const isPublic = wish.token_endpoint_auth_method === 'none'
  const { secret, ...kept } = newSecret()
  const app = await insertApp(db, {
    name: wish.client_name,
    website: wish.client_uri,
    redirectUris: wish.redirect_uris,
    scopes: chooseScopes(wish.scope),
    ...(!isPublic && kept),
  })
  return show(app, wish.token_endpoint_auth_method, isPublic ? undefined : secret)
}
