// The claim token of a project as its owners see it.

import { z } from 'zod'
import type { ClaimRow } from './queries.ts'

export const ClaimToken = z.object({
  token_alias: z.string(),
  expires_at: z.string(),
  created_at: z.string(),
  created_by: z.string(),
})

export const showClaim = (row: ClaimRow): z.input<typeof ClaimToken> => ({
  token_alias: row.alias,
  expires_at: row.expires_at,
  created_at: row.created_at,
  created_by: row.created_by,
})
