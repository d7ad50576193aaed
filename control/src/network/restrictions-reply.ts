// Network restrictions as the spec keeps them and as replies show them.

import { isIPv4 } from 'node:net'
import type { NetworkConfig } from '@plinth/contracts'
import { z } from 'zod'

const everybody: readonly string[] = ['0.0.0.0/0', '::/0']

const Config = z.object({
  dbAllowedCidrs: z.array(z.string()).optional(),
  dbAllowedCidrsV6: z.array(z.string()).optional(),
})

export const NetworkRestrictions = z.object({
  entitlement: z.enum(['disallowed', 'allowed']),
  config: Config,
  status: z.enum(['stored', 'applied']),
})

const Listed = z.object({ address: z.string(), type: z.enum(['v4', 'v6']) })

/** The same as one list of addresses: how PATCH and the v2 reply say it. */
export const ListedRestrictions = z.object({
  entitlement: z.enum(['disallowed', 'allowed']),
  config: z.object({ dbAllowedCidrs: z.array(Listed) }),
  status: z.enum(['stored', 'applied']),
})

const isV4 = (range: string): boolean => isIPv4(range.split('/')[0] ?? '')

/** Who may connect, with the length of every range. */
export const rangesOf = (network: NetworkConfig | undefined): readonly string[] =>
  network?.allowedCidrs ?? everybody

/** A single address is a range of one. */
export const asRanges = (...lists: readonly (readonly string[] | undefined)[]): readonly string[] =>
  lists.flatMap((list) =>
    (list ?? []).map((range) => (range.includes('/') ? range : `${range}/${isV4(range) ? 32 : 128}`)),
  )

export const showRestrictions = (
  network: NetworkConfig | undefined,
): z.infer<typeof NetworkRestrictions> => ({
  entitlement: 'allowed',
  config: {
    dbAllowedCidrs: rangesOf(network).filter(isV4),
    dbAllowedCidrsV6: rangesOf(network).filter((range) => !isV4(range)),
  },
  status: 'applied',
})

export const listRanges = (network: NetworkConfig | undefined): z.infer<typeof Listed>[] =>
  rangesOf(network).map((address) => ({ address, type: isV4(address) ? 'v4' : 'v6' }))

export const showListed = (network: NetworkConfig | undefined): z.infer<typeof ListedRestrictions> => ({
  entitlement: 'allowed',
  config: { dbAllowedCidrs: listRanges(network) },
  status: 'applied',
})
