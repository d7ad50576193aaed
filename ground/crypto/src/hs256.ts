// Tokens signed with a shared secret, made in place: the gateway makes one for every bare API key.

import { createHmac } from 'node:crypto'
import { unsignedToken } from './token.ts'

export const signHs256 = (secret: string, claims: object, header: object = {}): string => {
  const text = unsignedToken({ alg: 'HS256', typ: 'JWT', ...header }, claims)
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
