// Time-based codes (RFC 6238) as authenticator apps make them: SHA-1, six digits, thirty seconds.

import { createHmac, randomBytes } from 'node:crypto'
import { isEqual } from '@plinth/crypto'

const period = 30
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const toBase32 = (bytes: Buffer): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')
}

const fromBase32 = (text: string): Buffer => {
  const letters = [...text.toUpperCase().replace(/=+$/, '')]
  const bits = letters.map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

export const newTotpSecret = (): string => toBase32(randomBytes(20))

const codeAt = (secret: Buffer, step: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The code that an app with this secret shows at that moment. */
export const totpCode = (secret: string, now: number): string =>
  codeAt(fromBase32(secret), Math.floor(now / 1000 / period))

/** Clocks may differ by one step either way. */
export const isTotpCode = (secret: string, code: string, now: number): boolean => {
  const step = Math.floor(now / 1000 / period)
  const key = fromBase32(secret)
  // All three are compared, so that the time taken does not tell which one it was.
  return [step - 1, step, step + 1].map((one) => isEqual(codeAt(key, one), code)).some(Boolean)
}

type Account = { readonly issuer: string; readonly account: string; readonly secret: string }

/** What the QR code says. */
export const totpUri = ({ issuer, account, secret }: Account): string => {
  const name = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${name}?${new URLSearchParams({
    algorithm: 'SHA1',
    digits: '6',
    issuer,
    period: String(period),
    secret,
  })}`
}
