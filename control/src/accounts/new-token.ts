// A new personal access token: classic, or with chosen permissions in chosen places for at most a year.

import { newAccessToken } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'
import { z } from 'zod'
import type { TokenScope } from '../frame/caller.ts'
import { permissions } from '../frame/scopes.ts'
import { errors } from './errors.ts'
import { getToken, insertToken, type TokenRow } from './token-queries.ts'

export const tokenWish = {
  name: z.string().trim().min(1).max(256),
  expires_at: z.iso.datetime({ offset: true }).optional().describe('At most one year ahead.'),
  permissions: z
    .array(z.enum(permissions))
    .min(1)
    .optional()
    .describe('Absent: a classic token, which may all that its owner may.'),
  organizations: z.array(z.string()).min(1).optional().describe('Slugs; absent means all.'),
  projects: z.array(z.string()).min(1).optional().describe('References; absent means all.'),
}
const Wish = z.object(tokenWish)
export type TokenWish = z.output<typeof Wish>

export const PersonalToken = z.object({
  id: z.string(),
  name: z.string(),
  token_alias: z.string(),
  permissions: z.array(z.string()).nullable(),
  organizations: z.array(z.string()).nullable(),
  projects: z.array(z.string()).nullable(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
})

export const showToken = ({ alias, scope, ...row }: TokenRow): z.input<typeof PersonalToken> => ({
  ...row,
  token_alias: alias,
  permissions: scope?.permissions ?? null,
  organizations: scope?.organizations ?? null,
  projects: scope?.projects ?? null,
})

const longestMs = 366 * 24 * 60 * 60 * 1000

const checkExpiry = (wish: TokenWish, isLimited: boolean): void => {
  if (wish.expires_at === undefined) {
    if (isLimited) throw errors.noExpiry()
    return
  }
  const left = Date.parse(wish.expires_at) - Date.now()
  if (left <= 0 || left > longestMs) throw errors.badExpiry()
}

/** A token for a place its owner has no part in would be of no use, and tell who lives there. */
const checkPlaces = async (db: Queries, accountId: string, wish: TokenWish): Promise<void> => {
  const rows = await db.query<{ slug: string; refs: readonly string[] }>(sql`
    select m.organization_id as slug,
           coalesce(jsonb_agg(p.ref) filter (where p.ref is not null), '[]') as refs
      from members m left join projects p on p.organization_id = m.organization_id
     where m.account_id = ${accountId} group by 1`)
  const known = new Set(rows.flatMap(({ slug, refs }) => [slug, ...refs]))
  const foreign = [...(wish.organizations ?? []), ...(wish.projects ?? [])].filter((name) => !known.has(name))
  if (foreign.length > 0) throw errors.foreignPlace(foreign)
}

const scopeOf = (wish: TokenWish): TokenScope | undefined => {
  const isLimited = wish.permissions ?? wish.organizations ?? wish.projects
  if (isLimited === undefined) return undefined
  return {
    permissions: wish.permissions ?? [...permissions],
    ...(wish.organizations && { organizations: wish.organizations }),
    ...(wish.projects && { projects: wish.projects }),
  }
}

export type MadeToken = { readonly token: string; readonly row: TokenRow }

/** The token is in this answer and nowhere else. */
export const makeToken = async (db: Queries, accountId: string, wish: TokenWish): Promise<MadeToken> => {
  const scope = scopeOf(wish)
  checkExpiry(wish, scope !== undefined)
  await checkPlaces(db, accountId, wish)
  // Tokens with chosen permissions are told apart by their first letters.
  const token = scope === undefined ? newAccessToken() : newAccessToken().replace(/^sbp_../, 'sbp_fc')
  await insertToken(db, {
    accountId,
    name: wish.name,
    token,
    ...(scope && { scope }),
    ...(wish.expires_at !== undefined && { expiresAt: wish.expires_at }),
  })
  return { token, row: await getToken(db, token) }
}
