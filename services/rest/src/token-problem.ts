// The gateway let the request in by its key, but its token does not count: say so the way this API does.

import type { ServiceRequest } from '@plinth/http'
import { errors } from './errors.ts'

const messages: Readonly<Record<string, string>> = {
  malformed: "JWT couldn't be decoded",
  algorithm: 'Wrong or unsupported encoding algorithm',
  unknown_key: 'No suitable key or wrong key type',
  signature: 'JWT cryptographic operation failed',
}

export const checkToken = ({ tokenProblem }: Pick<ServiceRequest, 'tokenProblem'>): void => {
  if (tokenProblem === undefined) return
  const { reason, message } = tokenProblem
  if (reason === 'expired') throw errors.badClaims('JWT expired')
  if (reason === 'not_yet_valid') throw errors.badClaims('JWT not yet valid')
  if (reason === 'issued_in_future') throw errors.badClaims('JWT issued at future')
  throw errors.badToken(messages[reason] ?? message)
}
