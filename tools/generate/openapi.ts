// Writes `openapi/management-api.json` from the operations of the control plane.

import { join } from 'node:path'
import { openapiText } from '../../control/src/index.ts'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

export const generateOpenapi = async (): Promise<readonly Generated[]> => [
  { path: join(root, 'openapi/management-api.json'), text: openapiText() },
]
