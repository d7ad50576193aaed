// Where a project can live. One machine has one region; the code the owner asked for is kept as a label, so
// that clients read back what they wrote.

import { z } from 'zod'
import type { ControlSettings } from '../frame/settings.ts'
import { errors } from './errors.ts'

export const regionNames = {
  'us-east-1': 'East US (North Virginia)',
  'us-east-2': 'East US (Ohio)',
  'us-west-1': 'West US (North California)',
  'us-west-2': 'West US (Oregon)',
  'ap-east-1': 'East Asia (Hong Kong)',
  'ap-southeast-1': 'Southeast Asia (Singapore)',
  'ap-northeast-1': 'Northeast Asia (Tokyo)',
  'ap-northeast-2': 'Northeast Asia (Seoul)',
  'ap-southeast-2': 'Oceania (Sydney)',
  'eu-west-1': 'West EU (Ireland)',
  'eu-west-2': 'West EU (London)',
  'eu-west-3': 'West EU (Paris)',
  'eu-north-1': 'North EU (Stockholm)',
  'eu-central-1': 'Central EU (Frankfurt)',
  'eu-central-2': 'Central Europe (Zurich)',
  'ca-central-1': 'Canada (Central)',
  'ap-south-1': 'South Asia (Mumbai)',
  'sa-east-1': 'South America (São Paulo)',
} as const
type RegionCode = keyof typeof regionNames

// The keys of a literal, in its order.
export const RegionCode = z.enum(Object.keys(regionNames) as [RegionCode, ...RegionCode[]])

export const smartGroups = {
  americas: 'Americas',
  emea: 'Europe, Middle East & Africa',
  apac: 'Asia-Pacific',
}
export const SmartGroupCode = z.enum(['americas', 'emea', 'apac'])

export const RegionSelection = z.discriminatedUnion('type', [
  z.object({ type: z.literal('specific'), code: RegionCode }),
  z.object({ type: z.literal('smartGroup'), code: SmartGroupCode }),
])

type Wish = {
  readonly region?: string | undefined
  readonly region_selection?: z.infer<typeof RegionSelection> | undefined
}

/** The region a new project is labelled with. Every smart group leads to this machine. */
export const chooseRegion = (settings: ControlSettings, wish: Wish): string => {
  const selection = wish.region_selection
  if (selection?.type === 'smartGroup') return settings.region
  const code = selection?.code ?? wish.region
  if (code === undefined) throw errors.regionMissing()
  return code
}

/** A name for people; a code the operator made up is its own name. */
export const regionName = (code: string): string =>
  code in regionNames ? regionNames[RegionCode.parse(code)] : code
