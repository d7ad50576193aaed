// Passkey ceremonies under way. Indexes: webauthn_challenges_pkey, webauthn_challenges_expires_at_idx.

import { sql } from '@plinth/postgres'
import type { WebAuthnSession } from '../core/webauthn-session.ts'
import type { Db } from '../deps.ts'

type Kind = 'registration' | 'authentication'

type NewChallenge = {
  readonly id: string
  readonly kind: Kind
  readonly userId: string | null
  readonly session: WebAuthnSession
  readonly at: string
}

/** Notes the ceremony, and lets go of a few that nobody finished. */
export const insertWebAuthnChallenge = async (
  db: Db,
  { id, kind, userId, session, at }: NewChallenge,
): Promise<void> => {
  await db.run(sql`
    with stale as (
      delete from auth.webauthn_challenges where id in (
        select id from auth.webauthn_challenges where expires_at < ${at}::timestamptz - interval '1 day'
        order by expires_at limit 10 for update skip locked
      )
    )
    insert into auth.webauthn_challenges (id, user_id, challenge_type, session_data, created_at, expires_at)
    values (${id}, ${userId}, ${kind}, ${{ json: session }}, ${at}, ${session.expires})`)
}

export type TakenChallenge = { readonly session: WebAuthnSession; readonly expires_at: string }

/** Takes the challenge away, so that it is answered once, whatever the answer. */
export const takeWebAuthnChallenge = (
  db: Db,
  { id, kind, userId }: Pick<NewChallenge, 'id' | 'kind' | 'userId'>,
): Promise<TakenChallenge | undefined> =>
  db.maybe<TakenChallenge>(sql`
    delete from auth.webauthn_challenges
    where id = ${id} and challenge_type = ${kind} and user_id is not distinct from ${userId}::uuid
    returning session_data as session, expires_at`)
