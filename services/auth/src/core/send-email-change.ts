// Asks the new address, and with secure changes the old one too, whether the change is meant.

import type { Db, Parts } from '../deps.ts'
import { replaceOneTimeToken } from '../sql/replace-one-time-token.ts'
import { updateUser } from '../sql/update-user.ts'
import type { CodeType } from './code-slot.ts'
import type { Draft } from './letter.ts'
import { hashCode, newCode, pkcePrefix } from './one-time-code.ts'
import { type Challenge, isPkce } from './pkce.ts'
import { actionLink, checkFrequency } from './send-code.ts'
import { startFlow } from './start-flow.ts'
import { storedFor } from './take-back.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type EmailChange = {
  readonly email: string
  readonly redirectTo: string
  readonly challenge: Challenge
}

type Side = { readonly slot: CodeType; readonly to: string; readonly code: string; readonly hash: string }

export const sendEmailChange = async (
  parts: Parts,
  db: Db,
  user: UserRow,
  { email, redirectTo, challenge }: EmailChange,
): Promise<readonly Draft[]> => {
  const { config, clock, issuer } = parts
  checkFrequency(parts, user, 'email_change_token_new')
  const at = iso(clock())
  const pkce = isPkce(challenge)
  if (pkce) await startFlow(db, { userId: user.id, method: 'email_change', challenge, at })
  const side = (slot: CodeType, to: string): Side => {
    const code = newCode(config.mailer_otp_length)
    return { slot, to, code, hash: (pkce ? pkcePrefix : '') + hashCode(to, code) }
  }
  const next = side('email_change_token_new', email)
  const asksBoth = config.mailer_secure_email_change_enabled && user.email !== null
  const sides = asksBoth ? [next, side('email_change_token_current', user.email ?? '')] : [next]
  const change = { email_change: email, email_change_sent_at: at, email_change_confirm_status: 0 }
  const hashes = Object.fromEntries(sides.map(({ slot, hash }) => [slot, hash]))
  await updateUser(db, user.id, { ...change, ...hashes }, at)
  for (const { slot, to, hash } of sides) {
    await replaceOneTimeToken(db, { userId: user.id, type: slot, hash, relatesTo: to, at })
  }
  const draft = { kind: 'email_change', action: 'email_change', user, redirectTo } as const
  return sides.map(({ slot, to, code, hash }) => ({
    ...draft,
    to,
    code,
    hash,
    link: actionLink(issuer, { hash, type: 'email_change', redirectTo }),
    more: { NewEmail: email, SendingTo: to },
    stored: storedFor(slot, user, { ...change, [slot]: hash }),
  }))
}
