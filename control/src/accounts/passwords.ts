// Passwords of people: made, set and checked. A wrong address takes as long as a wrong password.

import { hashPassword, maxPasswordBytes, newPassword, verifyPassword } from '@plinth/crypto'
import type { Queries } from '@plinth/postgres'
import { errors } from './errors.ts'
import { type AccountRow, findAccount, setPasswordHash } from './queries.ts'
import { endSessions } from './sessions.ts'

const leastCharacters = 10

export const checkPasswordRules = (password: string): void => {
  const isFit = password.length >= leastCharacters && Buffer.byteLength(password) <= maxPasswordBytes
  if (!isFit) throw errors.weakPassword(leastCharacters)
}

/** Ends what is signed in with the old one. */
export const setPassword = async (db: Queries, accountId: string, password: string): Promise<void> => {
  checkPasswordRules(password)
  await setPasswordHash(db, accountId, await hashPassword(password))
  await endSessions(db, accountId)
}

/** Compared with when there is nothing to compare with. */
let decoy: Promise<string> | undefined

export const findByPassword = async (
  db: Queries,
  email: string,
  password: string,
): Promise<AccountRow | undefined> => {
  const account = await findAccount(db, email)
  decoy ??= hashPassword(newPassword())
  const isRight = await verifyPassword(password, account?.password_hash ?? (await decoy))
  return isRight && account?.password_hash ? account : undefined
}
