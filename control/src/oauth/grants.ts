// Statements on what was granted: grants, their codes, their tokens. Only digests of codes and tokens are kept.

import { randomBytes } from 'node:crypto'
import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, raw, sql } from '@plinth/postgres'
import { insertToken } from '../accounts/token-queries.ts'

export type NewGrant = {
  readonly appId: string
  readonly accountId: string
  readonly organizationId: string
  readonly scopes: readonly string[]
  /** `null` for all projects of the organization. */
  readonly projectRefs: readonly string[] | null
}

export const insertGrant = async (db: Queries, grant: NewGrant): Promise<string> => {
  const { id } = await db.one<{ id: string }>(sql`
    insert into oauth_grants (app_id, account_id, organization_id, scopes, project_refs)
    values (${grant.appId}, ${grant.accountId}, ${grant.organizationId}, ${grant.scopes}, ${grant.projectRefs})
    returning id`)
  return id
}

/** With the grant end its codes and tokens. */
export const deleteGrant = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from oauth_grants where id = ${id}`)
}

/** Ends all of an app's access, or only that of one organization. Answers how many grants there were. */
export const deleteGrantsOfApp = (db: Queries, appId: string, organizationId?: string): Promise<number> =>
  db.run(sql`
    delete from oauth_grants
     where app_id = ${appId}
       and (${organizationId ?? null}::text is null or organization_id = ${organizationId ?? null})`)

export type NewCode = {
  readonly grantId: string
  readonly redirectUri: string
  readonly challenge?: string | undefined
  readonly challengeMethod?: 'plain' | 'S256' | undefined
}

/** Answers the code; it lives five minutes. */
export const insertCode = async (db: Queries, code: NewCode): Promise<string> => {
  const secret = randomBytes(32).toString('base64url')
  await db.run(sql`
    insert into oauth_codes (hash, grant_id, redirect_uri, challenge, challenge_method, expires_at)
    values (${sha256Base64Url(secret)}, ${code.grantId}, ${code.redirectUri}, ${code.challenge ?? null},
            ${code.challengeMethod ?? null}, now() + interval '5 minutes')`)
  return secret
}

export type GrantRow = {
  readonly grant_id: string
  readonly app_id: string
  readonly account_id: string
  readonly project_refs: readonly string[] | null
}

export type CodeRow = GrantRow & {
  readonly redirect_uri: string
  readonly challenge: string | null
  readonly challenge_method: 'plain' | 'S256' | null
  readonly is_used: boolean
  readonly is_expired: boolean
}

const grantColumns = raw('g.id as grant_id, g.app_id, g.account_id, g.project_refs')

/** Held until the transaction ends, so that of two at once one comes second. */
export const lockCode = (db: Queries, code: string): Promise<CodeRow | undefined> =>
  db.maybe<CodeRow>(sql`
    select ${grantColumns}, c.redirect_uri, c.challenge, c.challenge_method,
           c.used_at is not null as is_used, c.expires_at < now() as is_expired
      from oauth_codes c join oauth_grants g on g.id = c.grant_id
     where c.hash = ${sha256Base64Url(code)} for update of c`)

export const useCode = async (db: Queries, code: string): Promise<void> => {
  await db.run(sql`update oauth_codes set used_at = now() where hash = ${sha256Base64Url(code)}`)
}

export type RefreshRow = GrantRow & { readonly is_used: boolean; readonly is_stolen: boolean }

/** A used token that comes again within seconds is a client that lost our answer; later it is a thief or the robbed. */
export const lockRefreshToken = (db: Queries, token: string): Promise<RefreshRow | undefined> =>
  db.maybe<RefreshRow>(sql`
    select ${grantColumns}, r.used_at is not null as is_used,
           coalesce(r.used_at < now() - interval '10 seconds', false) as is_stolen
      from oauth_refresh_tokens r join oauth_grants g on g.id = r.grant_id
     where r.hash = ${sha256Base64Url(token)} for update of r`)

export const useRefreshToken = async (db: Queries, token: string): Promise<void> => {
  await db.run(sql`
    update oauth_refresh_tokens set used_at = coalesce(used_at, now()) where hash = ${sha256Base64Url(token)}`)
}

const accessHours = 24

export type Tokens = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
}

/** A new pair for a grant; what of it has expired is thrown away on the way. */
export const insertTokens = async (db: Queries, grant: GrantRow): Promise<Tokens> => {
  const accessToken = `sbp_oauth_${randomBytes(20).toString('hex')}`
  const refreshToken = randomBytes(32).toString('base64url')
  const expiresIn = accessHours * 3600
  await db.run(sql`delete from access_tokens where grant_id = ${grant.grant_id} and expires_at < now()`)
  await db.run(sql`
    delete from oauth_refresh_tokens
     where grant_id = ${grant.grant_id} and used_at < now() - interval '30 days'`)
  await insertToken(db, {
    accountId: grant.account_id,
    name: 'OAuth',
    token: accessToken,
    grantId: grant.grant_id,
    expiresAt: new Date(Date.now() + expiresIn * 1000).toISOString(),
  })
  await db.run(sql`
    insert into oauth_refresh_tokens (hash, grant_id) values (${sha256Base64Url(refreshToken)}, ${grant.grant_id})`)
  return { accessToken, refreshToken, expiresIn }
}

/** The grant that a refresh or access token belongs to. */
export const findGrantOfToken = (db: Queries, token: string): Promise<GrantRow | undefined> =>
  db.maybe<GrantRow>(sql`
    select ${grantColumns} from oauth_grants g
     where g.id in (select grant_id from oauth_refresh_tokens where hash = ${sha256Base64Url(token)}
                    union all
                    select grant_id from access_tokens where hash = ${sha256Base64Url(token)})`)
