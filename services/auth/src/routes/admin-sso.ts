// /admin/sso/providers: connections to identity providers in the hands of an administrator.

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isUuid } from '../core/load-caller.ts'
import { changeSsoProvider, createSsoProvider, renderSsoProvider } from '../core/sso-provider.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import {
  deleteSsoProvider,
  findSsoProvider,
  listSsoProviders,
  type SsoProviderRow,
} from '../sql/sso-providers.ts'
import { asAdmin } from './guards.ts'
import { maybeText, queryText, readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

/** A rule's empty parts are no parts. */
const Rule = z
  .object({
    name: z.string().nullish(),
    names: z.array(z.string()).nullish(),
    default: z.unknown().optional(),
    array: z.boolean().nullish(),
  })
  .transform(({ name, names, default: fallback, array }) => ({
    ...(name ? { name } : {}),
    ...(names?.length ? { names } : {}),
    ...(fallback === undefined || fallback === null ? {} : { default: fallback }),
    ...(array ? { array } : {}),
  }))

const Wish = z.object({
  type: text,
  metadata_url: text,
  metadata_xml: text,
  domains: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? undefined),
  attribute_mapping: z
    .object({ keys: z.record(z.string(), Rule).nullish() })
    .nullish()
    .transform((value) => (value?.keys ? { keys: value.keys } : undefined)),
  name_id_format: text,
  resource_id: maybeText,
  disabled: z
    .boolean()
    .nullish()
    .transform((value) => value ?? undefined),
})

const resource = 'resource_'

const getNamedProvider = async ({ pool }: Parts, { params }: FastifyRequest): Promise<SsoProviderRow> => {
  // Fastify matched the path: the parameter is there, as text.
  const { idp_id: id } = params as { idp_id: string }
  const isResource = id.startsWith(resource)
  if (!isResource && !isUuid(id)) throw errors.ssoProviderNotFound()
  const found = await findSsoProvider(pool, isResource ? { resourceId: id.slice(resource.length) } : { id })
  if (found === undefined) throw errors.ssoProviderNotFound()
  return found
}

const base = '/admin/sso/providers'
const one = `${base}/:idp_id`

export const adminSso: Route = (app, parts) => {
  app.get(
    base,
    asAdmin(parts, async (request) => {
      const filter = {
        resourceId: queryText(request, 'resource_id'),
        resourceIdPrefix: queryText(request, 'resource_id_prefix'),
      }
      const rows = await listSsoProviders(parts.pool, filter)
      return { items: rows.map((row) => renderSsoProvider(row, false)) }
    }),
  )
  app.post(
    base,
    asAdmin(parts, async (request, reply) => {
      const row = await createSsoProvider(parts, readBody(request, Wish))
      return reply.code(201).send(renderSsoProvider(row))
    }),
  )
  app.get(
    one,
    asAdmin(parts, async (request) => renderSsoProvider(await getNamedProvider(parts, request))),
  )
  app.put(
    one,
    asAdmin(parts, async (request) => {
      const old = await getNamedProvider(parts, request)
      return renderSsoProvider(await changeSsoProvider(parts, old, readBody(request, Wish)))
    }),
  )
  app.delete(
    one,
    asAdmin(parts, async (request) => {
      const row = await getNamedProvider(parts, request)
      await deleteSsoProvider(parts.pool, row.id)
      return renderSsoProvider(row)
    }),
  )
}
