// Every operation of the control plane: the registry that doors, documents and tables are made from.

import { accounts } from './accounts/index.ts'
import { apiKeys } from './api-keys/index.ts'
import { authConfig } from './auth-config/index.ts'
import { dataApi } from './data-api/index.ts'
import { database } from './database/index.ts'
import type { Operation } from './frame/operation.ts'
import { members } from './members/index.ts'
import { organizations } from './organizations/index.ts'
import { projects } from './projects/index.ts'

export const operations: readonly Operation[] = [
  ...accounts,
  ...organizations,
  ...members,
  ...projects,
  ...apiKeys,
  ...database,
  ...authConfig,
  ...dataApi,
]
