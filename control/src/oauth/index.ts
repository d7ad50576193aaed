// Operations of this domain, in the order the reference shows them.

import { createApp } from './create-app.ts'
import { deleteApp } from './delete-app.ts'
import { listApps } from './list-apps.ts'
import { listAuthorizations } from './list-authorizations.ts'
import { revokeAuthorization } from './revoke-authorization.ts'
import { rotateSecret } from './rotate-secret.ts'
import { updateApp } from './update-app.ts'

export const oauth = [
  listApps,
  createApp,
  updateApp,
  rotateSecret,
  deleteApp,
  listAuthorizations,
  revokeAuthorization,
]
