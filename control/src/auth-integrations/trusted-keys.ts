// Rows of third-party issuers, and the keys of theirs that a project's stack trusts.

import type { TrustedIssuer } from '@plinth/contracts'
import { usableKeys } from '@plinth/crypto'
import { type Queries, raw, sql } from '@plinth/postgres'
import { z } from 'zod'

const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })

export const Content = z.object({
  type: z.enum(['oidc', 'jwks', 'custom']),
  oidc_issuer_url: z.string().nullable(),
  jwks_url: z.string().nullable(),
  custom_jwks: z.unknown(),
  resolved_jwks: KeySet,
  resolved_at: z.string(),
})
export type Content = z.infer<typeof Content>

export type IntegrationRow = {
  readonly id: string
  readonly content: Content
  readonly created_at: string
  readonly updated_at: string
}

const columns = raw('id, content, created_at, updated_at')

export const listIntegrations = (db: Queries, ref: string): Promise<readonly IntegrationRow[]> =>
  db.query<IntegrationRow>(sql`
    select ${columns} from auth_integrations
     where ref = ${ref} and kind = 'third-party' order by created_at, id`)

export const findIntegration = (db: Queries, ref: string, id: string): Promise<IntegrationRow | undefined> =>
  db.maybe<IntegrationRow>(sql`
    select ${columns} from auth_integrations where ref = ${ref} and id = ${id} and kind = 'third-party'`)

export const insertIntegration = (db: Queries, ref: string, content: Content): Promise<IntegrationRow> =>
  db.one<IntegrationRow>(sql`
    insert into auth_integrations (ref, kind, content) values (${ref}, 'third-party', ${{ json: content }})
    returning ${columns}`)

export const removeIntegration = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from auth_integrations where id = ${id}`)
}

/** In the order they came. */
export const listTrusted = async (db: Queries, ref: string): Promise<TrustedIssuer[]> =>
  (await listIntegrations(db, ref)).map(({ id, content }) => ({
    id,
    oidcIssuerUrl: content.oidc_issuer_url ?? undefined,
    jwksUrl: content.jwks_url ?? undefined,
    keys: [...usableKeys(content.resolved_jwks)],
  }))
