// Many settings of one kind, by their names.

import { z } from 'zod'

/** Texts that are empty until somebody sets them. */
export const texts = <K extends string>(keys: readonly K[]): Record<K, z.ZodDefault<z.ZodString>> =>
  // Built from these very keys.
  Object.fromEntries(keys.map((key) => [key, z.string().default('')])) as Record<K, z.ZodDefault<z.ZodString>>

/** Switches that are off until somebody turns them on. */
export const switches = <K extends string>(keys: readonly K[]): Record<K, z.ZodDefault<z.ZodBoolean>> =>
  // Built from these very keys.
  Object.fromEntries(keys.map((key) => [key, z.boolean().default(false)])) as Record<
    K,
    z.ZodDefault<z.ZodBoolean>
  >
