// Ends sessions: this one, the others, or all. Access tokens that name an ended session are refused here
// at once, and elsewhere when they expire.

import type { Origin, Parts } from '../deps.ts'
import { deleteSessions, type WhichSessions } from '../sql/delete-sessions.ts'
import { recordDeed } from './audit.ts'
import { orSay } from './or-say.ts'
import type { UserRow } from './user-row.ts'

export type LogoutScope = 'global' | 'local' | 'others'

const which = (scope: LogoutScope, userId: string, sessionId: string | undefined): WhichSessions => {
  if (sessionId === undefined || scope === 'global') return { ofUser: userId }
  return scope === 'local' ? { id: sessionId } : { ofUser: userId, except: sessionId }
}

type Leaving = {
  readonly user: UserRow
  readonly sessionId: string | undefined
  readonly scope: LogoutScope
  readonly origin: Origin
}

export const signOut = (parts: Parts, { user, sessionId, scope, origin }: Leaving): Promise<void> =>
  parts.pool.transaction(async (db) => {
    await recordDeed(db, parts.clock(), { actor: user, action: 'logout', origin })
    await deleteSessions(db, which(scope, user.id, sessionId)).catch(orSay('Error logging out user'))
  })
