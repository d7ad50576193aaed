// The audit trail: who did what, in the transaction that did it.

import { randomUUID } from 'node:crypto'
import type { Db, Origin } from '../deps.ts'
import { insertAuditEntry } from '../sql/insert-audit-entry.ts'
import { iso } from './time.ts'

/** Kind of each action, as GoTrue files them. */
const kinds = {
  login: 'account',
  logout: 'account',
  invite_accepted: 'account',
  user_signedup: 'team',
  user_invited: 'team',
  user_deleted: 'team',
  user_modified: 'user',
  user_recovery_requested: 'user',
  user_reauthenticate_requested: 'user',
  user_confirmation_requested: 'user',
  user_repeated_signup: 'user',
  user_updated_password: 'user',
  token_revoked: 'token',
  token_refreshed: 'token',
  factor_in_progress: 'factor',
  factor_unenrolled: 'factor',
  challenge_created: 'factor',
  verification_attempted: 'factor',
  factor_deleted: 'factor',
  factor_updated: 'factor',
  identity_linked: 'user',
  identity_unlinked: 'user',
  passkey_created: 'user',
  passkey_updated: 'user',
  passkey_deleted: 'user',
} as const

export type Action = keyof typeof kinds

/** A user, or an administrator who is known by role only. */
export type Actor = {
  readonly id: string
  readonly email: string | null
  readonly phone: string | null
  readonly is_sso_user: boolean
  readonly raw_user_meta_data: Readonly<Record<string, unknown>>
}

export const adminActor = (role: string): Actor => ({
  id: '00000000-0000-0000-0000-000000000000',
  email: role,
  phone: null,
  is_sso_user: false,
  raw_user_meta_data: {},
})

type Deed = {
  readonly actor: Actor
  readonly action: Action
  readonly origin: Origin
  readonly traits?: Readonly<Record<string, unknown>>
}

const longestUserAgent = 512

export const recordDeed = (db: Db, now: number, { actor, action, origin, traits }: Deed): Promise<void> =>
  insertAuditEntry(db, {
    id: randomUUID(),
    at: iso(now),
    ip: origin.ip ?? '',
    payload: {
      action,
      actor_id: actor.id,
      actor_username: actor.phone || actor.email || '',
      actor_via_sso: actor.is_sso_user,
      log_type: kinds[action],
      ...('full_name' in actor.raw_user_meta_data
        ? { actor_name: actor.raw_user_meta_data['full_name'] }
        : {}),
      ...(traits === undefined ? {} : { traits }),
      // Upstream tells it in the logs only.
      ...(origin.userAgent === undefined ? {} : { user_agent: origin.userAgent.slice(0, longestUserAgent) }),
    },
  })
