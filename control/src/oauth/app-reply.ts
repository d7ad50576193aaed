// An OAuth app as its owners see it, and what they may say about it.

import { randomBytes } from 'node:crypto'
import { sha256Base64Url } from '@plinth/crypto'
import { z } from 'zod'
import { aliasOf } from '../accounts/token-queries.ts'
import { oauthScopes } from '../frame/oauth-scopes.ts'
import { errors } from './errors.ts'
import type { AppRow } from './queries.ts'

export const appWish = {
  name: z.string().trim().min(1).max(128),
  website: z.url({ protocol: /^https?$/ }).optional(),
  redirect_uris: z.array(z.string().min(1).max(2048)).min(1).max(20),
  scopes: z.array(z.string()).describe(`Any of ${oauthScopes.join(', ')}.`),
}

export const App = z.object({
  id: z.string(),
  client_id: z.string(),
  client_secret_alias: z.string().nullable(),
  name: z.string(),
  website: z.string().nullable(),
  redirect_uris: z.array(z.string()),
  scopes: z.array(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
})
export const AppWithSecret = App.extend({
  client_secret: z.string().describe('Shown here and never again.'),
})

export const showApp = (row: AppRow): z.input<typeof App> => ({
  id: row.id,
  client_id: row.id,
  client_secret_alias: row.secret_alias,
  name: row.name,
  website: row.website,
  redirect_uris: [...row.redirect_uris],
  scopes: [...row.scopes],
  created_at: row.created_at,
  updated_at: row.updated_at,
})

export const checkScopes = (scopes: readonly string[]): void => {
  const unknown = scopes.filter((scope) => !oauthScopes.includes(scope))
  if (unknown.length > 0) throw errors.unknownScopes(unknown)
}

/** What is kept of a secret is its digest. */
export const newSecret = () => {
  const secret = `sba_${randomBytes(20).toString('hex')}`
  return { secret, secretHash: sha256Base64Url(secret), secretAlias: aliasOf(secret) }
}
