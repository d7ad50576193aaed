// What Postgres stores for a password (RFC 5803), made here so that the password does not travel in SQL.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

const iterations = 4096
const digestBytes = 32

export const scramVerifier = (password: string, salt: Buffer = randomBytes(16)): string => {
  // NFKC is what SASLprep does to every character that passwords are made of in practice.
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, digestBytes, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const server = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`
}
