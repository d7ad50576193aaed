// An issuer of tokens that a project trusts beside itself (third-party auth).

import { z } from 'zod'

export const TrustedIssuer = z.object({
  id: z.string(),
  /** What `iss` must say, where the integration names an issuer. */
  issuer: z.string().nullable(),
  /** Public JWKs. */
  keys: z.array(z.record(z.string(), z.unknown())),
})
export type TrustedIssuer = z.infer<typeof TrustedIssuer>
