// Checks a password in the same time whether there is an account, a password, or neither.

import { verifyPassword } from '@plinth/crypto'
import type { UserRow } from './user-row.ts'

/** Hash of a password that was drawn at random and never written down; same cost as real ones. */
const decoy = '$2a$10$7CCx308JU5Hvr.2y4u/CqO2sYWmFJvrk1ekzKD8w3wRrzRJK9tjty'

export const comparePassword = async (user: UserRow | undefined, password: string): Promise<boolean> => {
  const hash = user?.encrypted_password || undefined
  const isSame = await verifyPassword(password, hash ?? decoy)
  return isSame && hash !== undefined
}
