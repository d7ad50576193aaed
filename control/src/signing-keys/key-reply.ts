// A signing key as replies show it: never the private half.

import { z } from 'zod'
import { publicHalf } from './make-key.ts'
import { type KeyRow, openKey } from './queries.ts'

export const Algorithm = z.enum(['EdDSA', 'ES256', 'RS256', 'HS256'])
export const Status = z.enum(['in_use', 'previously_used', 'revoked', 'standby'])

export const SigningKeyReply = z.object({
  id: z.string(),
  algorithm: Algorithm,
  status: Status,
  public_jwk: z.record(z.string(), z.unknown()).nullable(),
  created_at: z.string(),
  updated_at: z.string(),
})

export const showKey = (key: Buffer, row: KeyRow): z.infer<typeof SigningKeyReply> => ({
  id: row.id,
  algorithm: row.algorithm,
  status: row.status,
  public_jwk: publicHalf(openKey(key, row)) as Record<string, unknown> | null,
  created_at: row.created_at,
  updated_at: row.updated_at,
})
