// Settings of the stack process itself. Everything about its branch comes in the spec.

import { z } from 'zod'

export const stackConfig = z.object({
  PLINTH_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least level of the lines a process writes.'),
  PLINTH_PRIVATE_NETWORK: z
    .string()
    .default('')
    .describe('Host names, addresses and ranges of private networks that requests for projects may go to.'),
})
