// Settings as rows for `plinth config` and docs/configuration.md: name, value, where it comes from, meaning.

import { z } from 'zod'
import { type Environment, pickSettings, type SettingsSchema } from './load-config.ts'

export type ConfigRow = {
  readonly name: string
  /** As it would be used; a secret shows as dots, an absent value as `undefined`. */
  readonly value: string | undefined
  readonly origin: 'environment' | 'default' | 'not set'
  readonly default: string | undefined
  readonly description: string
}

const show = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' && !('open' in value) ? JSON.stringify(value) : String(value)
}

/** One row for each setting. A value that fails its check is not shown: it may be a secret. */
export const describeConfig = (schema: SettingsSchema, env: Environment = {}): readonly ConfigRow[] => {
  const given = pickSettings(schema, env)
  return Object.entries(schema.shape).map(([name, setting]) => {
    const standard = z.safeParse(setting, undefined)
    const used = z.safeParse(setting, given[name])
    const fallback = standard.success ? show(standard.data) : undefined
    const origin = name in given ? 'environment' : fallback === undefined ? 'not set' : 'default'
    return {
      name,
      value: used.success ? show(used.data) : '(not valid)',
      origin,
      default: fallback,
      description: z.globalRegistry.get(setting)?.description ?? '',
    }
  })
}
