// `/`: what the API offers, as OpenAPI; and `OPTIONS`: which methods a thing takes.

import { type RestConfig, restApiVersion } from '@plinth/contracts'
import type { Line } from '@plinth/postgres'
import type { Catalogue, Relation, Routine } from '@plinth/schema'
import { databaseFault } from './database-fault.ts'
import { errors } from './errors.ts'
import type { Asked } from './handle.ts'
import { openapiContentType, openapiDocument } from './openapi/document.ts'
import { findVisible, parseVisible } from './openapi/visible.ts'
import { mimeOf, parseAccept } from './parse/media-type.ts'
import { noPreferences } from './parse/prefer.ts'
import type { Door } from './parse/wish.ts'
import { nearestName } from './plan/near-names.ts'
import type { Answer } from './respond.ts'
import { fixedSettings, RoleSettings, requestSettings } from './run/settings.ts'
import { startTiming, withTiming } from './timing.ts'

const served = ['application/openapi+json', 'application/json', '*/*']

export type ServerAddress = { readonly host: string; readonly port: number }

const usualAddress: ServerAddress = { host: '0.0.0.0', port: 3000 }

export type RootDeps = {
  readonly line: Line
  readonly config: RestConfig
  readonly catalogue: Catalogue
  readonly address: ServerAddress | undefined
}

const askVisible = async ({ line, config, catalogue }: RootDeps, asked: Asked, door: Door) => {
  const fixed = fixedSettings({ schema: door.schema, prefer: noPreferences }, config, undefined)
  const [result] = await line
    .run({
      settings: requestSettings(asked.request, asked.caller, new RoleSettings(catalogue, fixed)),
      statements: [findVisible(door.schema)],
      mode: 'read',
    })
    .catch((error: unknown) => {
      throw databaseFault(error, asked.isAuthenticated)
    })
  return parseVisible(result?.rows[0])
}

export const rootAnswer = async (deps: RootDeps, asked: Asked, door: Door): Promise<Answer> => {
  const timing = startTiming(deps.config.serverTimingEnabled)
  const accept = parseAccept(asked.request.headers.accept)
  if (!accept.some((type) => served.includes(type.name))) throw errors.noMediaType(accept.map(mimeOf))
  const { catalogue, config } = deps
  timing.end('parse')
  timing.end('plan')
  const visible = config.openapiMode === 'follow-privileges' ? await askVisible(deps, asked, door) : null
  timing.end('transaction')
  const document = openapiDocument({
    catalogue,
    schema: door.schema,
    visible,
    extraSearchPath: config.extraSearchPath,
    publicUri: config.openapiServerProxyUri,
    own: deps.address ?? usualAddress,
    securityActive: config.openapiSecurityActive,
    version: restApiVersion,
  })
  const answer = {
    status: 200,
    headers: {
      vary: 'Accept, Prefer, Range',
      'content-type': openapiContentType,
      ...(door.namesSchema ? { 'content-profile': door.schema } : undefined),
    },
    body: door.method === 'HEAD' ? null : JSON.stringify(document),
  }
  timing.end('response')
  return withTiming(answer, timing)
}

const relationMethods = (relation: Relation): string => {
  const { insertable, updatable, deletable, primaryKey } = relation
  return [
    'OPTIONS,GET,HEAD',
    ...(insertable ? ['POST'] : []),
    ...(insertable && updatable && primaryKey.length > 0 ? ['PUT'] : []),
    ...(updatable ? ['PATCH'] : []),
    ...(deletable ? ['DELETE'] : []),
  ].join(',')
}

const routineMethods = (routines: readonly Routine[] | undefined): string =>
  routines?.[0]?.volatility === 'volatile' ? 'OPTIONS,POST' : 'OPTIONS,GET,HEAD,POST'

const methodsOf = (catalogue: Catalogue, { target, schema }: Door): string => {
  if (target.kind === 'root') return 'OPTIONS,GET,HEAD'
  if (target.kind === 'function') return routineMethods(catalogue.functions.get(schema)?.get(target.name))
  const relations = catalogue.relations.get(schema)
  const relation = relations?.get(target.name)
  if (relation === undefined)
    throw errors.noRelation(
      schema,
      target.name,
      nearestName([...(relations?.keys() ?? [])], target.name, 0.75),
    )
  return relationMethods(relation)
}

export const infoAnswer = (catalogue: Catalogue, config: RestConfig, door: Door): Answer => {
  const timing = startTiming(config.serverTimingEnabled)
  timing.end('parse')
  const headers = { allow: methodsOf(catalogue, door), 'access-control-allow-origin': '*' }
  timing.end('response')
  return withTiming({ status: 200, headers, body: null }, timing)
}
