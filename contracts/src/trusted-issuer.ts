// Another issuer whose tokens a project accepts, and the keys it was last known to sign with.

import { z } from 'zod'
import { SigningKey } from './signing-key.ts'

/** Without an address the keys are all there ever is. */
export const TrustedIssuer = z.object({
  id: z.string(),
  oidcIssuerUrl: z.string().optional(),
  jwksUrl: z.string().optional(),
  /** Public halves only. */
  keys: z.array(SigningKey),
})
export type TrustedIssuer = z.infer<typeof TrustedIssuer>
