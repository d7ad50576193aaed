// PKCE (RFC 7636): the client keeps a secret, sends its digest first and the secret with the code later.

import { createHash } from 'node:crypto'
import { isEqual } from '@plinth/crypto'
import { errors } from '../errors.ts'

export type Challenge = { readonly code_challenge: string; readonly code_challenge_method: string }

const methods = new Set(['s256', 'plain'])
const letters = /^[a-zA-Z0-9._~-]+$/

/** Whether the request asks for PKCE; half of a pair is an error. */
export const isPkce = ({ code_challenge: challenge, code_challenge_method: method }: Challenge): boolean => {
  if ((challenge === '') !== (method === '')) {
    throw errors.invalid('PKCE flow requires code_challenge_method and code_challenge')
  }
  if (challenge === '') return false
  if (challenge.length < 43 || challenge.length > 128) {
    throw errors.invalid('code challenge has to be between 43 and 128 characters')
  }
  if (!letters.test(challenge)) {
    const allowed = 'alphanumeric characters, hyphens, periods, underscores and tildes'
    throw errors.invalid(`code challenge can only contain ${allowed}`)
  }
  if (!methods.has(method.toLowerCase()))
    throw errors.invalid(`unsupported code_challenge method "${method}"`)
  return true
}

type Stored = { readonly challenge: string; readonly method: 's256' | 'plain' }

export const checkVerifier = ({ challenge, method }: Stored, verifier: string): void => {
  const digest = method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  if (!isEqual(digest, challenge)) {
    throw errors.badVerifier('code challenge does not match previously saved code verifier')
  }
}
