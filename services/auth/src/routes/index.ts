// Every endpoint of the service; guards stand on the routes' own lines.

import { about } from './about.ts'
import { adminInbox } from './admin-inbox.ts'
import { adminUsers } from './admin-users.ts'
import { logout } from './logout.ts'
import type { Route } from './route.ts'
import { signup } from './signup.ts'
import { token } from './token.ts'
import { user } from './user.ts'

export const routes: readonly Route[] = [about, signup, token, user, logout, adminUsers, adminInbox]
