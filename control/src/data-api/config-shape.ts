// Settings of the data API as replies and bodies name them.

import type { StackSpec } from '@plinth/contracts'
import { z } from 'zod'

export const DataApiConfig = z.object({
  db_schema: z.string().describe('Exposed schemas, separated by commas. Empty switches the data API off.'),
  max_rows: z.int().describe('Most rows of one answer; 0 for no bound.'),
  db_extra_search_path: z.string(),
  db_pool: z.int().nullable(),
  db_pool_acquisition_timeout: z.int().nullable(),
  db_pool_max_lifetime: z.int().nullable(),
  db_pool_max_idletime: z.int().nullable(),
})

export const showConfig = ({ rest }: StackSpec): z.infer<typeof DataApiConfig> => ({
  db_schema: rest.schemas.join(','),
  max_rows: rest.maxRows ?? 0,
  db_extra_search_path: rest.extraSearchPath.join(','),
  db_pool: rest.poolSize,
  db_pool_acquisition_timeout: rest.poolLimits?.acquisitionTimeout ?? null,
  db_pool_max_lifetime: rest.poolLimits?.maxLifetime ?? null,
  db_pool_max_idletime: rest.poolLimits?.maxIdletime ?? null,
})

/** `public, app` → two names. */
export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
