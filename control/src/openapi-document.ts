// The OpenAPI document as the file that is committed: `npm run generate` writes it, `npm run check` compares it.

import { describeOperations } from './frame/openapi.ts'
import { operations } from './operations.ts'

export const openapiText = (): string => `${JSON.stringify(describeOperations(operations), null, 2)}\n`
