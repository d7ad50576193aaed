// A session as the database gives it, and whether it still counts.

import type { AuthConfig } from '@plinth/contracts'
import { millis, withZ } from './time.ts'

export type SessionRow = {
  readonly id: string
  readonly user_id: string
  readonly created_at: string
  readonly refreshed_at: string | null
  readonly not_after: string | null
  readonly aal: 'aal1' | 'aal2' | 'aal3' | null
  readonly factor_id: string | null
  readonly tag: string | null
  /** Set when an app of somebody else's holds the session. */
  readonly oauth_client_id: string | null
  readonly scopes: string | null
  /** Newest first. */
  readonly amr: readonly { readonly method: string; readonly timestamp: number }[]
}

const hour = 3_600_000

type Limits = Pick<AuthConfig, 'sessions_timebox' | 'sessions_inactivity_timeout'>

/** `refreshed_at` has no zone: it is in UTC. */
export const lastUse = (session: SessionRow, tokenUpdatedAt?: string): number => {
  if (session.refreshed_at !== null) return millis(withZ(session.refreshed_at))
  return Math.max(millis(session.created_at), tokenUpdatedAt === undefined ? 0 : millis(tokenUpdatedAt))
}

/** The tag a session counts to, of a comma list; empty where none are named. */
export const tagOf = ({ tag }: Pick<SessionRow, 'tag'>, list: string): string => {
  const tags = list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return tag !== null && tags.includes(tag) ? tag : (tags[0] ?? '')
}

/** Why a session is over, as words for the end of a message; `undefined` while it counts. */
export const whyOver = (
  session: SessionRow,
  limits: Limits,
  now: number,
  tokenUpdatedAt?: string,
): string | undefined => {
  const { sessions_timebox: timebox, sessions_inactivity_timeout: idle } = limits
  if (session.not_after !== null && now > millis(session.not_after)) return ''
  if (timebox > 0 && now > millis(session.created_at) + timebox * hour) return ''
  if (idle > 0 && now > lastUse(session, tokenUpdatedAt) + idle * hour) return ' (Inactivity)'
  return undefined
}
