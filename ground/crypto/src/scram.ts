// SCRAM-SHA-256 verifiers (RFC 5803): what Postgres stores for a password, made here so that the password itself
// never stands in a statement that a server may log.

import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** What Postgres uses by default (RFC 7677 asks for no less). */
const iterations = 4096

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The text that `alter role … password` stores as it is. */
export const scramVerifier = async (password: string, salt = randomBytes(16)): Promise<string> => {
  // SASLprep of RFC 5802 amounts to this normal form for all passwords Postgres itself would prepare alike.
  const salted = await derive(password.normalize('NFKC'), salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
