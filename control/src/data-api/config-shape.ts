// Settings of the data API as replies and bodies name them.

import type { StackSpec } from '@plinth/contracts'
import { z } from 'zod'
import type { ProjectRow } from '../projects/rows.ts'

export const DataApiConfig = z.object({
  db_schema: z.string().describe('Exposed schemas, separated by commas. Empty switches the data API off.'),
  max_rows: z.int().describe('Most rows of one answer; 0 for no bound.'),
  db_extra_search_path: z.string(),
  db_pool: z.int().nullable(),
  db_pool_acquisition_timeout: z.int().nullable(),
  db_pool_max_lifetime: z.int().nullable(),
  db_pool_max_idletime: z.int().nullable(),
})

/** Kept for clients that read back what they wrote; our pool has no such settings. */
export const keptOnly = [
  'db_pool_acquisition_timeout',
  'db_pool_max_lifetime',
  'db_pool_max_idletime',
] as const

export const showConfig = (spec: StackSpec, project: ProjectRow): z.infer<typeof DataApiConfig> => {
  const kept = project.settings.postgrest ?? {}
  return {
    db_schema: spec.rest.schemas.join(','),
    max_rows: spec.rest.maxRows ?? 0,
    db_extra_search_path: spec.rest.extraSearchPath.join(','),
    db_pool: spec.rest.poolSize,
    db_pool_acquisition_timeout: kept['db_pool_acquisition_timeout'] ?? null,
    db_pool_max_lifetime: kept['db_pool_max_lifetime'] ?? null,
    db_pool_max_idletime: kept['db_pool_max_idletime'] ?? null,
  }
}

/** `public, app` → two names. */
export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
