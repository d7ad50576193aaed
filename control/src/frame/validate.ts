// Third step of every call: the input is what the operation's schema says, or every problem is named.

import type { z } from 'zod'
import { errors } from './errors.ts'

const describe = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `property ${[...issue.path, key].join('.')} should not exist`)
    : [[issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ')]

export const validate = (
  schema: z.ZodObject,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const result = schema.strict().safeParse(raw)
  if (!result.success) throw errors.invalid(result.error.issues.flatMap(describe))
  return result.data
}
