// Where a new project could live: this machine, whatever it is called.

import { InstanceSize } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { regionName, SmartGroupCode, smartGroups } from './regions.ts'

const SmartRegion = z.object({ name: z.string(), code: SmartGroupCode, type: z.literal('smartGroup') })
const SpecificRegion = z.object({
  name: z.string(),
  code: z.string(),
  type: z.literal('specific'),
  provider: z.enum(['AWS', 'AWS_K8S', 'AWS_NIMBUS']),
  status: z.enum(['capacity', 'other']).optional(),
})

/** The smart group a code belongs to by its first letters. */
const groupOf = (code: string): z.infer<typeof SmartGroupCode> => {
  if (code.startsWith('ap-')) return 'apac'
  return code.startsWith('eu-') ? 'emea' : 'americas'
}

const smart = (code: z.infer<typeof SmartGroupCode>): z.infer<typeof SmartRegion> => ({
  name: smartGroups[code],
  code,
  type: 'smartGroup',
})

export const listRegions = operation({
  name: 'projects.regions',
  about: 'Lists the regions a project can be created in, and the one to prefer.',
  rest: {
    method: 'GET',
    path: '/v1/projects/available-regions',
    status: 200,
    id: 'v1-get-available-regions',
    tag: 'Projects',
  },
  scope: onOrganization('organization_slug', 'organization_projects_read'),
  input: z.object({
    organization_slug: z.string(),
    continent: z.enum(['NA', 'SA', 'EU', 'AF', 'AS', 'OC', 'AN']).optional(),
    desired_instance_size: InstanceSize.optional(),
  }),
  output: z.object({
    recommendations: z.object({ smartGroup: SmartRegion, specific: z.array(SpecificRegion) }),
    all: z.object({ smartGroup: z.array(SmartRegion), specific: z.array(SpecificRegion) }),
  }),
  run: async ({ settings: { region } }) => {
    const here = { name: regionName(region), code: region, type: 'specific', provider: 'AWS' } as const
    return {
      recommendations: { smartGroup: smart(groupOf(region)), specific: [here] },
      all: { smartGroup: SmartGroupCode.options.map(smart), specific: [here] },
    }
  },
})
