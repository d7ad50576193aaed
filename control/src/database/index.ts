// Operations of this domain, in the order the reference shows them.

import { applyMigration, upsertMigration } from './add-migration.ts'
import { patchMigration, rollbackMigrations } from './edit-migrations.ts'
import { enableWebhooks } from './enable-webhooks.ts'
import { generateTypes } from './generate-types.ts'
import { getContext } from './get-context.ts'
import { createLoginRole, removeLoginRoles } from './login-roles.ts'
import { getMigration, listMigrations } from './read-migrations.ts'
import { disableReadonlyMode, getReadonlyMode } from './readonly-mode.ts'
import { runQuery, runReadOnlyQuery } from './run-query.ts'
import { updatePassword } from './update-password.ts'
import { getRootKey, updateRootKey } from './vault.ts'

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
  getContext,
  createLoginRole,
  removeLoginRoles,
  getReadonlyMode,
  disableReadonlyMode,
  enableWebhooks,
  getRootKey,
  updateRootKey,
]
