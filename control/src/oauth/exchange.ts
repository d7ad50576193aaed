// Codes and refresh tokens become access tokens. Each is good once; one that comes again ends what it gave.

import { hash } from 'node:crypto'
import { isEqual } from '@plinth/crypto'
import type { Pool, Queries } from '@plinth/postgres'
import { errors } from './errors.ts'
import {
  type CodeRow,
  deleteGrant,
  type GrantRow,
  insertTokens,
  lockCode,
  lockRefreshToken,
  type Tokens,
  useCode,
  useRefreshToken,
} from './grants.ts'
import type { AppRow } from './queries.ts'

export type Exchanged = Tokens & { readonly projectRefs: readonly string[] | null }

/** What is decided under the lock; a refusal is thrown after the commit, so that what it burned stays burned. */
type Outcome = { readonly tokens: Exchanged } | { readonly refusal: string }

const settle = async (db: Pool, decide: (session: Queries) => Promise<Outcome>): Promise<Exchanged> => {
  const outcome = await db.transaction(decide)
  if ('refusal' in outcome) throw errors.invalidGrant(outcome.refusal)
  return outcome.tokens
}

const give = async (session: Queries, grant: GrantRow): Promise<Outcome> => ({
  tokens: { ...(await insertTokens(session, grant)), projectRefs: grant.project_refs },
})

const provesChallenge = ({ challenge, challenge_method }: CodeRow, verifier: string | undefined): boolean => {
  // A proof nobody asked for means that somebody took the question out.
  if (challenge === null) return verifier === undefined
  if (verifier === undefined) return false
  return isEqual(challenge_method === 'S256' ? hash('sha256', verifier, 'base64url') : verifier, challenge)
}

export type CodeProof = {
  readonly code: string
  readonly redirectUri: string | undefined
  readonly verifier: string | undefined
}

/** The address is the one the code was sent to; a client with a proof may leave it out. */
const namesAddress = (row: CodeRow, redirectUri: string | undefined): boolean =>
  redirectUri === undefined ? row.challenge !== null : redirectUri === row.redirect_uri

export const exchangeCode = (db: Pool, app: AppRow, proof: CodeProof): Promise<Exchanged> =>
  settle(db, async (session) => {
    const row = await lockCode(session, proof.code)
    if (row === undefined || row.app_id !== app.id) return { refusal: 'The code is not known.' }
    if (row.is_used) {
      await deleteGrant(session, row.grant_id)
      return { refusal: 'The code was used before; what it gave has ended.' }
    }
    await useCode(session, proof.code)
    if (row.is_expired) return { refusal: 'The code has expired.' }
    if (!namesAddress(row, proof.redirectUri))
      return { refusal: 'redirect_uri is not where the code was sent.' }
    if (!provesChallenge(row, proof.verifier)) return { refusal: 'code_verifier does not fit the challenge.' }
    return give(session, row)
  })

export const exchangeRefreshToken = (db: Pool, app: AppRow, token: string): Promise<Exchanged> =>
  settle(db, async (session) => {
    const row = await lockRefreshToken(session, token)
    if (row === undefined || row.app_id !== app.id) return { refusal: 'The refresh token is not known.' }
    if (row.is_stolen) {
      await deleteGrant(session, row.grant_id)
      return { refusal: 'The refresh token was used before; what it gave has ended.' }
    }
    await useRefreshToken(session, token)
    return give(session, row)
  })
