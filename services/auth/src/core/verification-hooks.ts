// The project may watch attempts to show a password or a second factor, and refuse them.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteSessions } from '../sql/delete-sessions.ts'
import type { FactorRow } from './user-row.ts'

type Attempt = { readonly userId: string; readonly isValid: boolean; readonly origin: Origin }

const messageOf = (answer: Readonly<Record<string, unknown>>, usual: string): string =>
  typeof answer['message'] === 'string' && answer['message'] !== '' ? answer['message'] : usual

export const reportPassword = async (parts: Parts, { userId, isValid, origin }: Attempt): Promise<void> => {
  const { hooks, pool } = parts
  if (!hooks.isOn('password_verification_attempt')) return
  const input = { user_id: userId, valid: isValid }
  const answer = await hooks.run('password_verification_attempt', { input, origin })
  if (answer['decision'] !== 'reject') return
  if (answer['should_logout_user'] === true) await deleteSessions(pool, { ofUser: userId })
  throw errors.passwordRejected(messageOf(answer, 'Further password verification attempts will be rejected.'))
}

export const reportFactor = async (
  parts: Parts,
  { id, factor_type }: Pick<FactorRow, 'id' | 'factor_type'>,
  { userId, isValid, origin }: Attempt,
): Promise<void> => {
  const { hooks, pool } = parts
  if (!hooks.isOn('mfa_verification_attempt')) return
  const input = { user_id: userId, factor_id: id, factor_type, valid: isValid }
  const answer = await hooks.run('mfa_verification_attempt', { input, origin })
  if (answer['decision'] !== 'reject') return
  await deleteSessions(pool, { ofUser: userId })
  throw errors.factorRejected(messageOf(answer, 'Further MFA verification attempts will be rejected.'))
}
