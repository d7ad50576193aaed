// Operations of this domain, in the order the reference shows them.

import { getConfig } from './get-config.ts'
import { updateConfig } from './update-config.ts'

export const dataApi = [getConfig, updateConfig]
