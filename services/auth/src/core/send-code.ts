// Makes a code for an address, remembers its digest, and writes the letter. The caller posts the letter
// after its transaction: nobody waits for a mail server with rows locked.

import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { replaceOneTimeToken } from '../sql/replace-one-time-token.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import { type CodeType, sentAtColumn } from './code-slot.ts'
import type { Draft, LetterKind } from './letter.ts'
import { hashCode, newCode, pkcePrefix } from './one-time-code.ts'
import { orSay } from './or-say.ts'
import { storedFor } from './take-back.ts'
import { iso, millis } from './time.ts'
import type { UserRow } from './user-row.ts'

/** Types of the `verify` endpoint that links carry. */
export type LinkType = 'signup' | 'invite' | 'recovery' | 'magiclink' | 'email_change' | 'reauthentication'

export type Sending = {
  readonly kind: LetterKind
  readonly link: LinkType
  readonly slot: CodeType
  readonly to: string
  readonly redirectTo: string
  /** The link ends in a code for the client instead of a session. */
  readonly isPkce?: boolean
  /** Columns that change together with the code. */
  readonly changes?: UserChanges
}

/** One mail a person and minute, so that nobody's mailbox is flooded through us. */
export const checkFrequency = (parts: Parts, user: UserRow, slot: CodeType): void => {
  const sentAt = user[sentAtColumn[slot]]
  if (sentAt === null) return
  const left = millis(sentAt) + parts.config.smtp_max_frequency * 1000 - parts.clock()
  if (left > 0) throw errors.mailTooOften(Math.floor(left / 1000))
}

export const sendCode = async (parts: Parts, db: Db, user: UserRow, sending: Sending): Promise<Draft> => {
  const { kind, slot, to, isPkce = false, changes = {} } = sending
  const at = iso(parts.clock())
  const code = newCode(parts.config.mailer_otp_length)
  const hash = (isPkce ? pkcePrefix : '') + hashCode(to, code)
  const problem =
    kind === 'invite' ? 'Error inviting user' : `Error sending ${kind.replaceAll('_', ' ')} email`
  const stored = { ...changes, [slot]: hash, [sentAtColumn[slot]]: at }
  await updateUser(db, user.id, stored, at).catch(orSay(problem))
  await replaceOneTimeToken(db, { userId: user.id, type: slot, hash, relatesTo: to, at })
  const link = actionLink(parts.issuer, { hash, type: sending.link, redirectTo: sending.redirectTo })
  const { link: action, redirectTo } = sending
  return { kind, to, user, code, hash, link, redirectTo, action, stored: storedFor(slot, user, stored) }
}

type Action = { readonly hash: string; readonly type: string; readonly redirectTo: string }

export const actionLink = (issuer: string, { hash, type, redirectTo }: Action): string =>
  `${issuer}/verify?${new URLSearchParams({ token: hash, type, redirect_to: redirectTo })}`
