// SCRAM-SHA-256 verifiers, made here so that a clear password never reaches the server or its log.

import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** What Postgres uses by default (RFC 7677 asks for no less). */
const ITERATIONS = 4096

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The text that `alter role … password` stores as it is. */
export const scramVerifier = async (password: string): Promise<string> => {
  const salt = randomBytes(16)
  // SASLprep of RFC 5802 amounts to this normal form for all passwords Postgres itself would prepare alike.
  const salted = await derive(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
