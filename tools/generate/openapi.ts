// openapi/management.json: the Management API as its operations say it.

import { join } from 'node:path'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

export const generateOpenapi = async (): Promise<readonly Generated[]> => {
  const { describeOperations, doorPaths, operations } = await import('../../control/src/index.ts')
  const text = `${JSON.stringify(describeOperations(operations, doorPaths), undefined, 2)}\n`
  return [{ path: join(root, 'openapi/management.json'), text }]
}
