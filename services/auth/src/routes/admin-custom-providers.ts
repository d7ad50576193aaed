// /admin/custom-providers: OAuth and OpenID services of the project's own, in the hands of an administrator.

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  changeCustomProvider,
  checkIdentifier,
  createCustomProvider,
  renderCustomProvider,
} from '../core/custom-provider.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import {
  type CustomProviderRecord,
  deleteCustomProvider,
  findCustomRecord,
  listCustomProviders,
} from '../sql/custom-providers.ts'
import { asAdmin } from './guards.ts'
import { maybeRecord, queryText, readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const maybeFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined)
const list = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined)

const Wish = z.object({
  provider_type: text,
  identifier: text,
  name: text,
  client_id: text,
  client_secret: text,
  acceptable_client_ids: list,
  scopes: list,
  pkce_enabled: maybeFlag,
  attribute_mapping: maybeRecord,
  custom_claims_allowlist: list,
  authorization_params: maybeRecord,
  enabled: maybeFlag,
  email_optional: maybeFlag,
  issuer: text,
  discovery_url: text,
  skip_nonce_check: maybeFlag,
  authorization_url: text,
  token_url: text,
  userinfo_url: text,
  jwks_uri: text,
})

const checkOn = ({ config }: Parts): void => {
  if (!config.custom_oauth_enabled) {
    throw errors.featureOff('feature_disabled', 'Custom OAuth providers are disabled')
  }
}

const identifierOf = ({ params }: FastifyRequest): string => {
  // Fastify matched the path: the parameter is there, as text.
  const { identifier } = params as { identifier: string }
  checkIdentifier(identifier)
  return identifier
}

const getNamedProvider = async (parts: Parts, request: FastifyRequest): Promise<CustomProviderRecord> => {
  const found = await findCustomRecord(parts.pool, identifierOf(request))
  if (found === undefined) throw errors.customProviderNotFound()
  return found
}

const base = '/admin/custom-providers'
const one = `${base}/:identifier`

export const adminCustomProviders: Route = (app, parts) => {
  app.get(
    base,
    asAdmin(parts, async (request) => {
      checkOn(parts)
      const type = queryText(request, 'type')
      if (!['', 'oauth2', 'oidc'].includes(type)) {
        throw errors.invalid("type must be either 'oauth2' or 'oidc'")
      }
      return { providers: (await listCustomProviders(parts.pool, type)).map(renderCustomProvider) }
    }),
  )
  app.post(
    base,
    asAdmin(parts, async (request, reply) => {
      checkOn(parts)
      const made = await createCustomProvider(parts, readBody(request, Wish))
      return reply.code(201).send(renderCustomProvider(made))
    }),
  )
  app.get(
    one,
    asAdmin(parts, async (request) => {
      checkOn(parts)
      return renderCustomProvider(await getNamedProvider(parts, request))
    }),
  )
  app.put(
    one,
    asAdmin(parts, async (request) => {
      checkOn(parts)
      const old = await getNamedProvider(parts, request)
      return renderCustomProvider(await changeCustomProvider(parts, old, readBody(request, Wish)))
    }),
  )
  app.delete(
    one,
    asAdmin(parts, async (request, reply) => {
      checkOn(parts)
      if (!(await deleteCustomProvider(parts.pool, identifierOf(request)))) {
        throw errors.customProviderNotFound()
      }
      return reply.code(204).send()
    }),
  )
}
