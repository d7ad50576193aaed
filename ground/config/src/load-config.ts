// Reads every setting of a schema from the environment, or says everything that is wrong with it at once.

import type { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

/** Keys are the variables' names; each setting carries `.describe('…')` and, where it has one, `.default(…)`. */
export type SettingsSchema = z.ZodObject

/** Every problem in one sentence each, in the schema's order. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration is not usable.\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** The schema's variables as they are set. An empty variable counts as not set. */
export const pickSettings = (schema: SettingsSchema, env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )

const sentence = (issue: z.core.$ZodIssue, given: Record<string, string>): string => {
  const name = String(issue.path[0] ?? 'configuration')
  return name in given ? `${name} is not valid: ${issue.message}.` : `${name} is missing: set it.`
}

/** Checks the environment against the schema. Throws one `ConfigError` that names every wrong variable. */
export const loadConfig = <S extends SettingsSchema>(schema: S, env: Environment): Readonly<z.output<S>> => {
  const given = pickSettings(schema, env)
  const result = schema.safeParse(given)
  if (!result.success) {
    throw new ConfigError([...new Set(result.error.issues.map((issue) => sentence(issue, given)))])
  }
  return Object.freeze(result.data)
}
