// Add-ons as replies show them. Sizes are real; the others that clients know are listed when they can be had.

import { computeSizeOf } from '@plinth/contracts'
import { z } from 'zod'
import { paidSizes, sizeName } from './sizes.ts'

export const AddonType = z.enum([
  'custom_domain',
  'compute_instance',
  'pitr',
  'ipv4',
  'auth_mfa_phone',
  'auth_mfa_web_authn',
  'log_drain',
  'etl_pipeline',
])

const Variant = z.object({
  id: z.string(),
  name: z.string(),
  price: z.object({
    description: z.string(),
    type: z.enum(['fixed', 'usage']),
    interval: z.enum(['monthly', 'hourly']),
    amount: z.number(),
  }),
  meta: z.record(z.string(), z.unknown()).optional(),
})
type Variant = z.infer<typeof Variant>

export const Addons = z.object({
  selected_addons: z.array(z.object({ type: AddonType, variant: Variant })),
  available_addons: z.array(z.object({ type: AddonType, name: z.string(), variants: z.array(Variant) })),
})

const free = {
  description: 'Free: the machine is yours',
  type: 'fixed',
  interval: 'monthly',
  amount: 0,
} as const

/** `whyNoLimits`: memory and processors are not limited on this machine; connections always are. */
const ofSize = (size: string, whyNoLimits: string | undefined): Variant => {
  const { memoryMiB, cpus, directClients, pooledClients } = computeSizeOf(size)
  return {
    id: `ci_${size}`,
    name: sizeName(size),
    price: free,
    meta: {
      cpu_cores: cpus,
      // Processors are shared by weight; nobody has one for itself.
      cpu_dedicated: false,
      memory_gb: memoryMiB / 1024,
      connections_direct: directClients,
      connections_pooler: pooledClients,
      supported_cloud_providers: ['AWS'],
      limits_enforced: whyNoLimits === undefined,
      ...(whyNoLimits === undefined ? {} : { limits_note: whyNoLimits }),
    },
  }
}

const ipv4: Variant = { id: 'ipv4_default', name: 'IPv4 address', price: free }
const customDomain: Variant = { id: 'cd_default', name: 'Custom domain', price: free }

export const showAddons = (size: string, whyNoLimits: string | undefined): z.infer<typeof Addons> => ({
  selected_addons: [
    ...(size === 'nano' ? [] : [{ type: 'compute_instance' as const, variant: ofSize(size, whyNoLimits) }]),
    { type: 'ipv4', variant: ipv4 },
    { type: 'custom_domain', variant: customDomain },
  ],
  available_addons: [
    { type: 'compute_instance', name: 'Compute', variants: paidSizes.map((one) => ofSize(one, whyNoLimits)) },
    { type: 'ipv4', name: 'IPv4 address', variants: [ipv4] },
    { type: 'custom_domain', name: 'Custom domain', variants: [customDomain] },
  ],
})
