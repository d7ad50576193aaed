// Every endpoint of the service; guards stand on the routes' own lines.

import { about } from './about.ts'
import { adminAudit } from './admin-audit.ts'
import { adminCustomProviders } from './admin-custom-providers.ts'
import { adminFactors } from './admin-factors.ts'
import { adminInbox } from './admin-inbox.ts'
import { adminLinks } from './admin-links.ts'
import { adminSso } from './admin-sso.ts'
import { adminUsers } from './admin-users.ts'
import { authorize } from './authorize.ts'
import { factors } from './factors.ts'
import { identities } from './identities.ts'
import { logout } from './logout.ts'
import { oauthClients } from './oauth-clients.ts'
import { oauthServer } from './oauth-server.ts'
import { otp } from './otp.ts'
import { passkeys } from './passkeys.ts'
import { providers } from './providers.ts'
import { recover } from './recover.ts'
import type { Route } from './route.ts'
import { signup } from './signup.ts'
import { sso } from './sso.ts'
import { token } from './token.ts'
import { user } from './user.ts'
import { verify } from './verify.ts'

export const routes: readonly Route[] = [
  about,
  signup,
  token,
  otp,
  recover,
  verify,
  user,
  logout,
  identities,
  authorize,
  oauthServer,
  oauthClients,
  factors,
  passkeys,
  sso,
  providers,
  adminUsers,
  adminFactors,
  adminLinks,
  adminAudit,
  adminInbox,
  adminSso,
  adminCustomProviders,
]
