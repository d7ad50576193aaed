// SCRAM-SHA-256 (RFC 5802, RFC 7677) as a client, without channel binding.

import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

export type Scram = {
  readonly mechanism: 'SCRAM-SHA-256'
  readonly first: string
  /** The client's proof for the server's challenge. */
  readonly answer: (challenge: string) => Promise<string>
  /** Throws when the server does not know the password either. */
  readonly verify: (final: string) => void
}

export const startScram = (password: string): Scram => {
  const nonce = randomBytes(18).toString('base64')
  const firstBare = `n=,r=${nonce}`
  let expected: Buffer | undefined

  const answer = async (challenge: string) => {
    const { r: serverNonce = '', s: salt = '', i: rounds = '' } = attributes(challenge)
    if (!serverNonce.startsWith(nonce) || serverNonce === nonce || !(Number(rounds) > 0))
      throw new Error('The server sent a SCRAM challenge that does not fit our request.')
    const salted = await derive(
      password.normalize('NFKC'),
      Buffer.from(salt, 'base64'),
      Number(rounds),
      32,
      'sha256',
    )
    const clientKey = hmac(salted, 'Client Key')
    const storedKey = createHash('sha256').update(clientKey).digest()
    const withoutProof = `c=biws,r=${serverNonce}`
    const message = `${firstBare},${challenge},${withoutProof}`
    const signature = hmac(storedKey, message)
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
    expected = hmac(hmac(salted, 'Server Key'), message)
    return `${withoutProof},p=${proof.toString('base64')}`
  }

  const verify = (final: string) => {
    const got = Buffer.from(attributes(final).v ?? '', 'base64')
    if (expected === undefined || got.length !== expected.length || !timingSafeEqual(got, expected))
      throw new Error('The server could not prove that it knows the password.')
  }

  return { mechanism: 'SCRAM-SHA-256', first: `n,,${firstBare}`, answer, verify }
}

const attributes = (message: string): { r?: string; s?: string; i?: string; v?: string } =>
  Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
