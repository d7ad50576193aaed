// An API key as replies show it. A secret shows only its beginning unless it is revealed.

import { unseal } from '@plinth/crypto'
import { z } from 'zod'
import type { KeyRow } from './rows.ts'

export const ApiKey = z.object({
  api_key: z.string().nullable(),
  id: z.string(),
  type: z.enum(['legacy', 'publishable', 'secret']),
  prefix: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  hash: z.string(),
  secret_jwt_template: z.record(z.string(), z.unknown()).nullable(),
  inserted_at: z.string().nullable(),
  updated_at: z.string().nullable(),
})

export const JwtTemplate = z.looseObject({ role: z.string().min(1).max(63).optional() })

const hidden = '·'.repeat(26)

const visibleKey = (key: Buffer, row: KeyRow, reveal: boolean): string =>
  row.type === 'secret' && !reveal ? row.prefix + hidden : unseal(key, row.sealed).toString()

export const showKey = (key: Buffer, row: KeyRow, reveal: boolean): z.infer<typeof ApiKey> => {
  const isLegacy = row.type === 'legacy'
  return {
    api_key: visibleKey(key, row, reveal),
    id: isLegacy ? row.name : row.id,
    type: row.type,
    prefix: row.prefix,
    name: row.name,
    description: row.description,
    hash: row.hash,
    secret_jwt_template: row.secret_jwt_template,
    inserted_at: isLegacy ? null : row.inserted_at,
    updated_at: isLegacy ? null : row.updated_at,
  }
}
