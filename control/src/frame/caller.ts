// First step of every call: the bearer token says who asks.

import { sha256Base64Url } from '@plinth/crypto'
import { type Pool, sql } from '@plinth/postgres'
import { z } from 'zod'
import { errors } from './errors.ts'
import { permissionsOfScopes } from './oauth-scopes.ts'

/** Limits of a scoped token; an absent list of organizations or projects means all of them. */
export const TokenScope = z.object({
  permissions: z.array(z.string()),
  organizations: z.array(z.string()).optional(),
  projects: z.array(z.string()).optional(),
})
export type TokenScope = z.infer<typeof TokenScope>

export type Actor = {
  readonly accountId: string
  readonly tokenId: string
  readonly email: string
  readonly username: string
  readonly isPlatformOwner: boolean
  /** `null` for a classic token, which may all that its owner may. */
  readonly scope: TokenScope | null
  /** The OAuth app that acts for the account. */
  readonly appId?: string
}

type TokenRow = {
  readonly token_id: string
  readonly account_id: string
  readonly email: string
  readonly username: string
  readonly is_platform_owner: boolean
  readonly scope: unknown
  readonly app_id: string | null
  readonly organization_id: string | null
  readonly project_refs: readonly string[] | null
  readonly scopes: readonly string[] | null
  readonly is_stale: boolean
}

const findToken = (db: Pool, hash: string): Promise<TokenRow | undefined> =>
  db.maybe<TokenRow>(sql`
    select t.id as token_id, t.account_id, a.email, a.username, a.is_platform_owner, t.scope,
           g.app_id, g.organization_id, g.project_refs, g.scopes,
           coalesce(t.last_used_at < now() - interval '1 minute', true) as is_stale
      from access_tokens t join accounts a on a.id = t.account_id
      left join oauth_grants g on g.id = t.grant_id
     where t.hash = ${hash} and (t.expires_at is null or t.expires_at > now())`)

/** What a token of an OAuth app may: the scopes, in the organization that agreed. */
const scopeOfGrant = (row: TokenRow): TokenScope => ({
  permissions: [...permissionsOfScopes(row.scopes ?? [])],
  organizations: [row.organization_id ?? ''],
  ...(row.project_refs !== null && { projects: [...row.project_refs] }),
})

const scopeOf = (row: TokenRow): TokenScope | null => {
  if (row.app_id !== null) return scopeOfGrant(row)
  return row.scope === null ? null : TokenScope.parse(row.scope)
}

const bearer = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]

/** Throws 401 for a missing, unknown or expired token. */
export const authenticate = async (db: Pool, authorization: string | undefined): Promise<Actor> => {
  const token = bearer(authorization)
  if (token === undefined) throw errors.unauthorized()
  const row = await findToken(db, sha256Base64Url(token))
  if (row === undefined) throw errors.unauthorized()
  if (row.is_stale) {
    await db.run(sql`update access_tokens set last_used_at = now() where id = ${row.token_id}`)
  }
  return {
    accountId: row.account_id,
    tokenId: row.token_id,
    email: row.email,
    username: row.username,
    isPlatformOwner: row.is_platform_owner,
    scope: scopeOf(row),
    ...(row.app_id !== null && { appId: row.app_id }),
  }
}
