// What a lint is, and how findings are shown: upstream's keys, so that tools can mute and group them.

import { z } from 'zod'

const Level = z.enum(['ERROR', 'WARN', 'INFO'])
const Category = z.enum(['PERFORMANCE', 'SECURITY', 'HEALTH'])

export const Lint = z.object({
  name: z.string(),
  title: z.string(),
  level: Level,
  facing: z.literal('EXTERNAL'),
  categories: z.array(Category),
  description: z.string(),
  detail: z.string(),
  remediation: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  cache_key: z.string(),
})
export type Lint = z.infer<typeof Lint>

/** What is the same in every finding of one lint. */
export type LintKind = {
  readonly name: string
  readonly title: string
  readonly level: z.infer<typeof Level>
  readonly category: z.infer<typeof Category>
  readonly description: string
  /** Last part of the page that explains it. */
  readonly page: string
}

/** A lint whose findings are rows. */
export type SqlLint = LintKind & {
  /**
   * Gives `schema_name`, `entity`, `type`, `detail` and maybe `more` (json) and `key`. `$1` is the list of exposed
   * schemas. Runs with an empty search path: every name is one of Postgres itself or carries its schema.
   */
  readonly query: string
}

export const Finding = z.object({
  schema_name: z.string().nullable(),
  entity: z.string(),
  type: z.string(),
  detail: z.string(),
  more: z.record(z.string(), z.unknown()).nullable().optional(),
  key: z.string().nullable().optional(),
})
export type Finding = z.infer<typeof Finding>

const pages = 'https://supabase.com/docs/guides/database/database-linter?lint='

/** `cache_key` is the lint and the object: it stays the same from run to run. */
export const showFinding = (kind: LintKind, finding: Finding): Lint => {
  const { schema_name: schema, entity, type, detail, more, key } = finding
  const parts = [kind.name, schema, entity, key].filter((part) => part !== null && part !== undefined)
  return {
    name: kind.name,
    title: kind.title,
    level: kind.level,
    facing: 'EXTERNAL',
    categories: [kind.category],
    description: kind.description,
    detail,
    remediation: kind.page.startsWith('https:') ? kind.page : `${pages}${kind.page}`,
    metadata: { ...(schema !== null && { schema }), name: entity, type, ...more },
    cache_key: parts.join('_'),
  }
}
