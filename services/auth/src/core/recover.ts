// A link that lets its owner choose a new password. The answer never tells whether there is an account.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { recordDeed } from './audit.ts'
import { parseEmail } from './email-address.ts'
import type { Draft } from './letter.ts'
import { type Challenge, isPkce } from './pkce.ts'
import { checkFrequency, sendCode } from './send-code.ts'
import { startFlow } from './start-flow.ts'
import { iso } from './time.ts'

type RecoverWish = Challenge & { readonly email: string; readonly aud: string; readonly redirectTo: string }

export const recover = async (parts: Parts, wish: RecoverWish, origin: Origin): Promise<readonly Draft[]> => {
  if (!parts.config.external_email_enabled) throw errors.emailLoginDisabled(400)
  if (wish.email === '') throw errors.invalid('Password recovery requires an email')
  const to = parseEmail(wish.email)
  const pkce = isPkce(wish)
  const user = await findUser(parts.pool, { email: to, aud: wish.aud })
  if (user === undefined) return []
  return parts.pool.transaction(async (db) => {
    checkFrequency(parts, user, 'recovery_token')
    const flow = { userId: user.id, method: 'recovery', challenge: wish, at: iso(parts.clock()) } as const
    if (pkce) await startFlow(db, flow)
    await recordDeed(db, parts.clock(), { actor: user, action: 'user_recovery_requested', origin })
    const letter = { kind: 'recovery', link: 'recovery', slot: 'recovery_token' } as const
    return [await sendCode(parts, db, user, { ...letter, to, redirectTo: wish.redirectTo, isPkce: pkce })]
  })
}
