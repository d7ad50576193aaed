// Operations of this domain, in the order the reference shows them.

import { getDiskUtilization } from './disk.ts'
import { getProjectConfig } from './get-project-config.ts'
import { getAutoscale, getEligibility, getUpgradeStatus, listRestoreVersions } from './upgrade.ts'

export const projectConfig = [
  getProjectConfig,
  getEligibility,
  getUpgradeStatus,
  listRestoreVersions,
  getAutoscale,
  getDiskUtilization,
]
