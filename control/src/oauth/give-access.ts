// A person agrees: a grant, and a code with which the app fetches its tokens.

import type { Queries } from '@plinth/postgres'
import { type Ask, wayBack } from './ask.ts'
import { insertCode, insertGrant, type NewGrant } from './grants.ts'

/** Answers where the browser goes now. */
export const giveAccess = async (db: Queries, ask: Ask, grant: NewGrant): Promise<string> => {
  const grantId = await insertGrant(db, grant)
  const code = await insertCode(db, {
    grantId,
    redirectUri: ask.redirectUri,
    challenge: ask.challenge,
    challengeMethod: ask.challengeMethod,
  })
  return wayBack(ask, { code })
}
