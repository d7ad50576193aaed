// The places where a user's pending code may lie: for each, its columns and what it relates to. One
// table for sending, finding and using up codes.

import type { UserRow } from './user-row.ts'

export type CodeType =
  | 'confirmation_token'
  | 'recovery_token'
  | 'reauthentication_token'
  | 'email_change_token_new'
  | 'email_change_token_current'
  | 'phone_change_token'

type SentAt =
  | 'confirmation_sent_at'
  | 'recovery_sent_at'
  | 'reauthentication_sent_at'
  | 'email_change_sent_at'
  | 'phone_change_sent_at'

export const sentAtColumn: Readonly<Record<CodeType, SentAt>> = {
  confirmation_token: 'confirmation_sent_at',
  recovery_token: 'recovery_sent_at',
  reauthentication_token: 'reauthentication_sent_at',
  email_change_token_new: 'email_change_sent_at',
  email_change_token_current: 'email_change_sent_at',
  phone_change_token: 'phone_change_sent_at',
}

/** Whether the code of this kind was sent less than `seconds` ago. */
export const isFresh = (user: UserRow, type: CodeType, seconds: number, now: number): boolean => {
  const sentAt = user[sentAtColumn[type]]
  return sentAt !== null && now <= Date.parse(sentAt) + seconds * 1000
}
