// Operations of this domain, in the order the reference shows them.

import { applyMigration, upsertMigration } from './add-migration.ts'
import { patchMigration, rollbackMigrations } from './edit-migrations.ts'
import { generateTypes } from './generate-types.ts'
import { getMigration, listMigrations } from './read-migrations.ts'
import { runQuery, runReadOnlyQuery } from './run-query.ts'
import { updatePassword } from './update-password.ts'

export const database = [
  runQuery,
  runReadOnlyQuery,
  listMigrations,
  applyMigration,
  upsertMigration,
  rollbackMigrations,
  getMigration,
  patchMigration,
  updatePassword,
  generateTypes,
]
