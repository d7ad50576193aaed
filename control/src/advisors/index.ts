// Operations of this domain, in the order the reference shows them.

import { advisePerformance, adviseSecurity, runAdvisors } from './advisors.ts'

export const advisors = [adviseSecurity, advisePerformance, runAdvisors]
