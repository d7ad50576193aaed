// An API key as a stack knows it: never the key itself, only its digest.

import { z } from 'zod'

export const ApiKeyType = z.enum(['legacy', 'publishable', 'secret'])
export type ApiKeyType = z.infer<typeof ApiKeyType>

/** `hash` is the base64url SHA-256 of the whole key (43 characters, management-api.md 1.2). */
export const StackApiKey = z.object({
  id: z.string(),
  type: ApiKeyType,
  name: z.string(),
  hash: z.string(),
  /** The Postgres role a request with this key alone runs as. */
  role: z.string(),
})
export type StackApiKey = z.infer<typeof StackApiKey>
