// First half of a PKCE sign-in: keeps the challenge until the link is opened and the code is traded in.

import { randomUUID } from 'node:crypto'
import type { Db } from '../deps.ts'
import { insertFlowState } from '../sql/insert-flow-state.ts'
import type { Method } from './open-session.ts'
import type { Challenge } from './pkce.ts'

type Flow = {
  readonly userId: string
  readonly method: Method
  readonly providerType?: string
  readonly challenge: Challenge
  readonly at: string
}

export const startFlow = (
  db: Db,
  { userId, method, providerType = method, challenge, at }: Flow,
): Promise<void> =>
  insertFlowState(db, {
    id: randomUUID(),
    userId,
    authCode: randomUUID(),
    challenge: challenge.code_challenge,
    challengeMethod: challenge.code_challenge_method.toLowerCase(),
    providerType,
    method,
    at,
  })
