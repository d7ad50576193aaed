// /admin/oauth/clients: apps that an administrator lets people sign in to. POST /oauth/clients/register: apps that
// introduce themselves, where that is allowed.

import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isUuid } from '../core/load-caller.ts'
import {
  type ClientWish,
  checkClient,
  checkMethod,
  hashSecret,
  newSecret,
  type OAuthClientRow,
  renderClient,
  typeOf,
} from '../core/oauth-client.ts'
import { iso } from '../core/time.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findOAuthClient } from '../sql/find-oauth-client.ts'
import { listOAuthClients } from '../sql/list-oauth-clients.ts'
import { insertOAuthClient, updateOAuthClient } from '../sql/store-oauth-client.ts'
import { asAdmin } from './guards.ts'
import { namePages, readPage } from './pagination.ts'
import { maybeText, readBodyOr, text } from './read-body.ts'
import type { Route } from './route.ts'

const list = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined)

const Wish = z.object({
  redirect_uris: list,
  grant_types: list,
  client_name: maybeText,
  client_uri: maybeText,
  logo_uri: maybeText,
  client_type: text,
  token_endpoint_auth_method: maybeText,
})

const readWish = (request: FastifyRequest) => readBodyOr(request, Wish, 'Invalid JSON body')

export const checkServer = ({ config }: Pick<Parts, 'config'>): void => {
  if (!config.oauth_server_enabled) throw errors.featureOff('feature_disabled', 'OAuth server is disabled')
}

const register = async (
  { pool, clock }: Parts,
  wish: ClientWish,
  registration_type: OAuthClientRow['registration_type'],
): Promise<object> => {
  if (wish.redirect_uris === undefined || wish.redirect_uris.length === 0)
    throw errors.invalid('redirect_uris is required')
  checkClient(wish)
  const client_type = typeOf(wish)
  const usual = client_type === 'public' ? 'none' : 'client_secret_basic'
  const token_endpoint_auth_method = wish.token_endpoint_auth_method ?? usual
  checkMethod(client_type, token_endpoint_auth_method)
  const secret = client_type === 'confidential' ? newSecret() : undefined
  const grants = wish.grant_types?.length ? wish.grant_types : ['authorization_code', 'refresh_token']
  const client = await insertOAuthClient(pool, {
    id: randomUUID(),
    client_secret_hash: secret === undefined ? null : hashSecret(secret),
    registration_type,
    redirect_uris: wish.redirect_uris.join(','),
    grant_types: grants.join(','),
    client_name: wish.client_name ?? null,
    client_uri: wish.client_uri ?? null,
    logo_uri: wish.logo_uri ?? null,
    client_type,
    token_endpoint_auth_method,
    at: iso(clock()),
  })
  return renderClient(client, secret)
}

const getNamedClient = async ({ pool }: Parts, { params }: FastifyRequest): Promise<OAuthClientRow> => {
  // Fastify matched the path: the parameter is there, as text.
  const { client_id: id } = params as { client_id: string }
  if (!isUuid(id)) throw errors.invalid('invalid client_id format')
  const client = await findOAuthClient(pool, id)
  if (client === undefined) throw errors.oauthClientNotFound()
  return client
}

const change = async (parts: Parts, client: OAuthClientRow, wish: ClientWish): Promise<object> => {
  const { client_type: _, redirect_uris: uris, grant_types: grants, ...texts } = wish
  if ([uris, grants, ...Object.values(texts)].every((value) => value === undefined)) {
    throw errors.invalid('No fields provided for update')
  }
  checkClient(wish)
  if (wish.token_endpoint_auth_method !== undefined) {
    checkMethod(client.client_type, wish.token_endpoint_auth_method)
  }
  const changes = { ...texts, redirect_uris: uris?.join(','), grant_types: grants?.join(',') }
  return renderClient(await updateOAuthClient(parts.pool, client.id, changes, iso(parts.clock())))
}

const base = '/admin/oauth/clients'
const one = `${base}/:client_id`

export const oauthClients: Route = (app, parts) => {
  app.post('/oauth/clients/register', async (request, reply) => {
    checkServer(parts)
    if (!parts.config.oauth_server_allow_dynamic_registration) throw errors.registrationOff()
    parts.limit('oauth_register', request)
    return reply.code(201).send(await register(parts, readWish(request), 'dynamic'))
  })
  app.get(
    base,
    asAdmin(parts, async (request, reply) => {
      checkServer(parts)
      const page = readPage(request)
      const { clients, total } = await listOAuthClients(parts.pool, page)
      namePages(request, reply, { path: base, page, total })
      return { clients: clients.map((client) => renderClient(client)) }
    }),
  )
  app.post(
    base,
    asAdmin(parts, async (request, reply) => {
      checkServer(parts)
      return reply.code(201).send(await register(parts, readWish(request), 'manual'))
    }),
  )
  app.get(
    one,
    asAdmin(parts, async (request) => {
      checkServer(parts)
      return renderClient(await getNamedClient(parts, request))
    }),
  )
  app.put(
    one,
    asAdmin(parts, async (request) => {
      checkServer(parts)
      return change(parts, await getNamedClient(parts, request), readWish(request))
    }),
  )
  app.delete(
    one,
    asAdmin(parts, async (request, reply) => {
      checkServer(parts)
      const { id } = await getNamedClient(parts, request)
      const at = iso(parts.clock())
      await updateOAuthClient(parts.pool, id, { deleted_at: at }, at)
      return reply.code(204).send()
    }),
  )
  app.post(
    `${one}/regenerate_secret`,
    asAdmin(parts, async (request) => {
      checkServer(parts)
      const client = await getNamedClient(parts, request)
      if (client.client_type === 'public') throw errors.invalid('Cannot regenerate secret for public client')
      const secret = newSecret()
      const changes = { client_secret_hash: hashSecret(secret) }
      const changed = await updateOAuthClient(parts.pool, client.id, changes, iso(parts.clock()))
      return renderClient(changed, secret)
    }),
  )
}
