// Network restrictions as replies show them: everybody may connect, as long as nothing is enforced.

import { z } from 'zod'

export const everybody = { v4: '0.0.0.0/0', v6: '::/0' }

const Config = z.object({
  dbAllowedCidrs: z.array(z.string()).optional(),
  dbAllowedCidrsV6: z.array(z.string()).optional(),
})

export const NetworkRestrictions = z.object({
  entitlement: z.enum(['disallowed', 'allowed']),
  config: Config,
  status: z.enum(['stored', 'applied']),
})

export const openNetwork: z.infer<typeof NetworkRestrictions> = {
  entitlement: 'disallowed',
  config: { dbAllowedCidrs: [everybody.v4], dbAllowedCidrsV6: [everybody.v6] },
  status: 'applied',
}

const Listed = z.object({ address: z.string(), type: z.enum(['v4', 'v6']) })

/** The same as one list of addresses: how PATCH and the v2 reply say it. */
export const listedRanges: z.infer<typeof Listed>[] = [
  { address: everybody.v4, type: 'v4' },
  { address: everybody.v6, type: 'v6' },
]

export const ListedRestrictions = z.object({
  entitlement: z.enum(['disallowed', 'allowed']),
  config: z.object({ dbAllowedCidrs: z.array(Listed) }),
  status: z.enum(['stored', 'applied']),
})

export const openListed: z.infer<typeof ListedRestrictions> = {
  entitlement: 'disallowed',
  config: { dbAllowedCidrs: listedRanges },
  status: 'applied',
}
