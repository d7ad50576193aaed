// Third step of every call: the input is what the operation's schema says, or every problem is named.

import type { z } from 'zod'
import { errors } from './errors.ts'

const describe = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `property ${[...issue.path, key].join('.')} should not exist`)
    : [[issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ')]

/** No text column and no statement can hold it; found here, it is the caller's mistake and not our failure. */
const holdsNul = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes('\0')
  // Files may hold any byte; they are not stored as text.
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return Object.entries(value).some(([key, part]) => holdsNul(key) || holdsNul(part))
}

export const validate = (
  schema: z.ZodObject,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const result = schema.strict().safeParse(raw)
  if (holdsNul(raw)) throw errors.invalid(['The character NUL cannot be stored'])
  if (!result.success) throw errors.invalid(result.error.issues.flatMap(describe))
  return result.data
}
