// Tells people by mail what has happened to their account, where the project wants that.

import type { mailNotices } from '@plinth/contracts'
import type { Parts } from '../deps.ts'
import type { Draft } from './letter.ts'
import type { UserRow } from './user-row.ts'

type Notice = (typeof mailNotices)[number]

/** `more`: what only this notice tells, by the names that templates use. */
export const noticeOf = (
  { config }: Pick<Parts, 'config'>,
  user: UserRow,
  notice: Notice,
  more: Readonly<Record<string, string>>,
): readonly Draft[] => {
  if (!user.email || !config[`mailer_notifications_${notice}_enabled`]) return []
  const kind = `${notice}_notification` as const
  return [{ kind, to: user.email, user, code: '', hash: '', link: '', redirectTo: '', action: kind, more }]
}
