// Tells people by mail what has happened to their account, where the project wants that.

import type { mailNotices } from '@plinth/contracts'
import type { Parts } from '../deps.ts'
import type { Draft } from './letter.ts'
import type { IdentityRow, UserRow } from './user-row.ts'

type Notice = (typeof mailNotices)[number]
type Told = Pick<Parts, 'config'>
/** `to`: who is told, where it is not the user's address of now. */
type Words = Readonly<Record<string, string>> & { readonly to?: string }

/** The words are what only this notice tells, by the names that templates use. */
export const noticeOf = (
  { config }: Told,
  user: UserRow,
  notice: Notice,
  { to = user.email ?? '', ...more }: Words = {},
): readonly Draft[] => {
  if (!to || !config[`mailer_notifications_${notice}_enabled`]) return []
  const kind = `${notice}_notification` as const
  return [{ kind, to, user, code: '', hash: '', link: '', redirectTo: '', action: kind, more }]
}

const isPhone = ({ provider }: IdentityRow): boolean => provider === 'phone'

/** What there is to tell when a code has confirmed a new address. */
export const noticesOfChange = (parts: Told, before: UserRow, after: UserRow): readonly Draft[] => {
  const { email: oldEmail, phone: oldPhone } = before
  const isNewPhone = !before.identities.some(isPhone) && after.identities.some(isPhone)
  return [
    ...(oldEmail && after.email && after.email !== oldEmail
      ? noticeOf(parts, after, 'email_changed', { to: oldEmail, OldEmail: oldEmail })
      : []),
    ...(oldPhone && after.phone && after.phone !== oldPhone
      ? noticeOf(parts, after, 'phone_changed', { OldPhone: oldPhone, Phone: after.phone })
      : []),
    ...(isNewPhone ? noticeOf(parts, after, 'identity_linked', { Provider: 'phone' }) : []),
  ]
}
