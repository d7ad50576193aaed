// Every operation of the control plane: the registry that doors, documents and tables are made from.

import { accounts } from './accounts/index.ts'
import { advisors } from './advisors/index.ts'
import { apiKeys } from './api-keys/index.ts'
import { authConfig } from './auth-config/index.ts'
import { authIntegrations } from './auth-integrations/index.ts'
import { backups } from './backups/index.ts'
import { billing } from './billing/index.ts'
import { branches } from './branches/index.ts'
import { claims } from './claims/index.ts'
import { dataApi } from './data-api/index.ts'
import { database } from './database/index.ts'
import { databaseConfig } from './database-config/index.ts'
import { domains } from './domains/index.ts'
import type { Operation } from './frame/operation.ts'
import { functions } from './functions/index.ts'
import { integrations } from './integrations/index.ts'
import { members } from './members/index.ts'
import { network } from './network/index.ts'
import { oauth } from './oauth/index.ts'
import { organizations } from './organizations/index.ts'
import { projectConfig } from './project-config/index.ts'
import { projects } from './projects/index.ts'
import { realtimeConfig } from './realtime-config/index.ts'
import { secrets } from './secrets/index.ts'
import { signingKeys } from './signing-keys/index.ts'
import { snippets } from './snippets/index.ts'
import { storageConfig } from './storage-config/index.ts'

export const operations: readonly Operation[] = [
  ...accounts,
  ...organizations,
  ...members,
  ...claims,
  ...oauth,
  ...integrations,
  ...projects,
  ...projectConfig,
  ...branches,
  ...apiKeys,
  ...secrets,
  ...functions,
  ...database,
  ...databaseConfig,
  ...snippets,
  ...backups,
  ...dataApi,
  ...authConfig,
  ...signingKeys,
  ...authIntegrations,
  ...storageConfig,
  ...realtimeConfig,
  ...advisors,
  ...network,
  ...domains,
  ...billing,
]
