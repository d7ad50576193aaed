// What a compute size means: shares of the machine and of the database server. The control plane sells it, the
// supervisor enforces it. Figures are those of upstream's sizes.

import { z } from 'zod'

export const InstanceSize = z.enum([
  'nano',
  'micro',
  'small',
  'medium',
  'large',
  'xlarge',
  '2xlarge',
  '4xlarge',
  '8xlarge',
  '12xlarge',
  '16xlarge',
  '24xlarge',
  '24xlarge_optimized_memory',
  '24xlarge_optimized_cpu',
  '24xlarge_high_memory',
  '48xlarge',
  '48xlarge_optimized_memory',
  '48xlarge_optimized_cpu',
  '48xlarge_high_memory',
])
export type InstanceSize = z.infer<typeof InstanceSize>

export type ComputeSize = {
  /** Of everything the branch runs together. */
  readonly memoryMiB: number
  /** Processors it may keep busy. */
  readonly cpus: number
  /** Its part when processors are short; others of 100 get as much as two of 50. */
  readonly cpuWeight: number
  /** Clients of the database itself, and of its pooler. */
  readonly directClients: number
  readonly pooledClients: number
  /** Connections of the pooler to the database, for each role. */
  readonly poolSize: number
}

const of = (
  memoryGiB: number,
  cpus: number,
  clients: readonly [direct: number, pooled: number],
  more: Partial<ComputeSize> = {},
): ComputeSize => ({
  memoryMiB: memoryGiB * 1024,
  cpus,
  cpuWeight: Math.min(10_000, cpus * 100),
  directClients: clients[0],
  pooledClients: clients[1],
  poolSize: clients[1] < 800 ? 15 : clients[1] < 1500 ? 20 : 30,
  ...more,
})

const most = [500, 12_000] as const

const sizes: Readonly<Record<InstanceSize, ComputeSize>> = {
  nano: of(0.5, 2, [60, 200], { cpuWeight: 50 }),
  micro: of(1, 2, [60, 200], { cpuWeight: 100 }),
  small: of(2, 2, [90, 400], { cpuWeight: 125 }),
  medium: of(4, 2, [120, 600], { cpuWeight: 150 }),
  large: of(8, 2, [160, 800]),
  xlarge: of(16, 4, [240, 1000]),
  '2xlarge': of(32, 8, [380, 1500]),
  '4xlarge': of(64, 16, [480, 3000]),
  '8xlarge': of(128, 32, [490, 6000]),
  '12xlarge': of(192, 48, [500, 9000]),
  '16xlarge': of(256, 64, most),
  '24xlarge': of(384, 96, most),
  '24xlarge_optimized_memory': of(768, 96, most),
  '24xlarge_optimized_cpu': of(192, 96, most),
  '24xlarge_high_memory': of(1536, 96, most),
  '48xlarge': of(768, 192, most),
  '48xlarge_optimized_memory': of(1536, 192, most),
  '48xlarge_optimized_cpu': of(384, 192, most),
  '48xlarge_high_memory': of(3072, 192, most),
}

/** What a size means; one that is not known counts as `nano`. */
export const computeSizeOf = (size: string): ComputeSize => {
  const known = InstanceSize.safeParse(size)
  return sizes[known.success ? known.data : 'nano']
}
