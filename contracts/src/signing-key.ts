// A project's own token signing keys.

import { z } from 'zod'

export const SigningKeyStatus = z.enum(['in_use', 'standby', 'previously_used', 'revoked'])
export type SigningKeyStatus = z.infer<typeof SigningKeyStatus>

/** `jwk` is the private JWK (for HS256 an `oct` key); its `kid` equals `id`. */
export const SigningKey = z.object({
  id: z.string(),
  algorithm: z.enum(['HS256', 'ES256', 'RS256', 'EdDSA']),
  status: SigningKeyStatus,
  jwk: z.record(z.string(), z.unknown()),
})
export type SigningKey = z.infer<typeof SigningKey>
