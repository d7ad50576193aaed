// Operations of this domain, in the order the reference shows them.

import { getPostgresConfig } from './get-postgres-config.ts'
import { getPgbouncerConfig, getPoolerConfig, updatePoolerConfig } from './pooler.ts'
import { patchPostgresConfig, replacePostgresConfig } from './update-postgres-config.ts'

export const databaseConfig = [
  getPostgresConfig,
  replacePostgresConfig,
  patchPostgresConfig,
  getPoolerConfig,
  updatePoolerConfig,
  getPgbouncerConfig,
]
