// Operations of this domain, in the order the reference shows them.

import { listGithubConnections, listMaintenanceWindows } from './of-organization.ts'

export const integrations = [listMaintenanceWindows, listGithubConnections]
