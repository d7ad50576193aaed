// Other issuers whose tokens a project accepts. Their keys are read when the integration is made, so that what cannot
// work is refused, and stand in the spec as a beginning; from then on the project's stack keeps them fresh.

import { isKeySet, type KeySet, usableKeys } from '@plinth/crypto'
import { type KeyPlace, readIssuerKeys } from '@plinth/http'
import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeSigningKeys } from '../signing-keys/change-keys.ts'
import { findKey } from '../signing-keys/queries.ts'
import { errors } from './errors.ts'
import {
  Content,
  findIntegration,
  type IntegrationRow,
  insertIntegration,
  listIntegrations,
  listTrusted,
  removeIntegration,
} from './trusted-keys.ts'

const path = '/v1/projects/:ref/config/auth/third-party-auth'
const tag = 'Auth'
const input = z.object({
  ...byRef,
  oidc_issuer_url: z.url().optional(),
  jwks_url: z.url().optional(),
  custom_jwks: z.unknown().optional(),
})
type Wish = z.infer<typeof input>

const Integration = Content.extend({
  id: z.string(),
  inserted_at: z.string(),
  updated_at: z.string(),
})

const show = ({ id, content, created_at, updated_at }: IntegrationRow): z.infer<typeof Integration> => ({
  ...content,
  id,
  inserted_at: created_at,
  updated_at,
})

const readSet = async ({ outbound }: Call, url: string, place: KeyPlace): Promise<KeySet> => {
  try {
    return (await readIssuerKeys(outbound, place)).set
  } catch (error) {
    const isJson = !(error instanceof SyntaxError)
    throw errors.unreachable(url, isJson && error instanceof Error ? error.message : 'it is no JSON')
  }
}

const readOwn = (value: unknown): KeySet => {
  if (!isKeySet(value)) throw errors.noKeys()
  return value
}

/** As the row keeps it. */
const plain = ({ keys }: KeySet): Content['resolved_jwks'] => ({ keys: keys.map((key) => ({ ...key })) })

const resolve = async (call: Call, { oidc_issuer_url, jwks_url, custom_jwks }: Wish): Promise<Content> => {
  const given = [oidc_issuer_url, jwks_url, custom_jwks].filter((one) => one !== undefined && one !== null)
  if (given.length !== 1) throw errors.exactlyOne()
  const source = {
    oidc_issuer_url: oidc_issuer_url ?? null,
    jwks_url: jwks_url ?? null,
    custom_jwks: custom_jwks ?? null,
    resolved_at: new Date().toISOString(),
  }
  if (oidc_issuer_url !== undefined) {
    const set = await readSet(call, oidc_issuer_url, { oidcIssuerUrl: oidc_issuer_url })
    return { ...source, type: 'oidc', resolved_jwks: plain(set) }
  }
  if (jwks_url !== undefined) {
    const set = await readSet(call, jwks_url, { jwksUrl: jwks_url })
    return { ...source, type: 'jwks', resolved_jwks: plain(set) }
  }
  return { ...source, type: 'custom', resolved_jwks: plain(readOwn(custom_jwks)) }
}

/** One kid, one key: else tokens of one issuer would be checked with the key of another. */
const checkKids = async (db: Queries, ref: string, content: Content): Promise<void> => {
  const keys = usableKeys(content.resolved_jwks)
  if (keys.length === 0) throw errors.noKeys()
  const known = new Set((await listTrusted(db, ref)).flatMap(({ keys: their }) => their.map(({ id }) => id)))
  for (const { id } of keys) {
    const isOwn = z.uuid().safeParse(id).success && (await findKey(db, ref, id)) !== undefined
    if (known.has(id) || isOwn) throw errors.kidTaken(id)
  }
}

export const createIntegration = operation({
  name: 'auth-integrations.third-party-create',
  about: 'Lets a project accept the tokens of another issuer.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-project-tpa-integration', tag },
  scope: onProject('auth_config_write'),
  input,
  output: Integration,
  run: async (call, wish) => {
    const content = await resolve(call, wish)
    return changeSigningKeys(call, wish.ref, async ({ db }) => {
      await checkKids(db, wish.ref, content)
      return show(await insertIntegration(db, wish.ref, content))
    })
  },
})

export const listThirdParties = operation({
  name: 'auth-integrations.third-party-list',
  about: 'Lists the issuers whose tokens a project accepts.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-project-tpa-integrations', tag },
  scope: onProject('auth_config_read'),
  input: z.object(byRef),
  output: z.array(Integration),
  run: async ({ db }, { ref }) => (await listIntegrations(db, ref)).map(show),
})

const byId = { ...byRef, tpa_id: z.uuid() }

const getRow = async (db: Queries, ref: string, id: string): Promise<IntegrationRow> => {
  const row = await findIntegration(db, ref, id)
  if (row === undefined) throw errors.notFound()
  return row
}

export const getIntegration = operation({
  name: 'auth-integrations.third-party-get',
  about: 'Gets one issuer whose tokens a project accepts.',
  rest: {
    method: 'GET',
    path: `${path}/:tpa_id`,
    status: 200,
    id: 'v1-get-project-tpa-integration',
    tag,
  },
  scope: onProject('auth_config_read'),
  input: z.object(byId),
  output: Integration,
  run: async ({ db }, { ref, tpa_id }) => show(await getRow(db, ref, tpa_id)),
})

export const removeThirdParty = operation({
  name: 'auth-integrations.third-party-delete',
  about: 'Ends the trust in another issuer; its tokens are refused from then on.',
  rest: {
    method: 'DELETE',
    path: `${path}/:tpa_id`,
    status: 200,
    id: 'v1-delete-project-tpa-integration',
    tag,
  },
  scope: onProject('auth_config_write'),
  input: z.object(byId),
  output: Integration,
  run: (call, { ref, tpa_id }) =>
    changeSigningKeys(call, ref, async ({ db }) => {
      const row = await getRow(db, ref, tpa_id)
      await removeIntegration(db, row.id)
      return show(row)
    }),
})
