// Second half of a PKCE sign-in: the code from the link and the client's secret become a session, once.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { findSessionEnd } from '../sql/saml-assertions.ts'
import { type FlowStateRow, takeFlowState } from '../sql/take-flow-state.ts'
import { recordDeed } from './audit.ts'
import { type Opened, openSession } from './open-session.ts'
import { checkVerifier } from './pkce.ts'
import { millis } from './time.ts'

const lifetime = 5 * 60_000

type Code = { readonly code: string; readonly verifier: string }

/** With the tokens of the service that somebody came from. */
export type Traded = Opened & { readonly provided: Readonly<Record<string, string>> }

const providedBy = (flow: FlowStateRow): Traded['provided'] => ({
  ...(flow.provider_access_token ? { provider_token: flow.provider_access_token } : {}),
  ...(flow.provider_refresh_token ? { provider_refresh_token: flow.provider_refresh_token } : {}),
})

export const tradeCode = (parts: Parts, { code, verifier }: Code, origin: Origin): Promise<Traded> => {
  if (code === '' || verifier === '') {
    throw errors.invalid('invalid request: both auth code and code verifier should be non-empty')
  }
  const now = parts.clock()
  // A failed attempt rolls the taking back, so that a wrong verifier does not spoil the right one.
  return parts.pool.transaction(async (db) => {
    const flow = await takeFlowState(db, code)
    const user = flow?.user_id == null ? undefined : await findUser(db, { id: flow.user_id })
    if (flow === undefined || user === undefined) throw errors.flowNotFound()
    const startsLater = ['magiclink', 'oauth', 'sso/saml'].includes(flow.authentication_method)
    const isByLink = startsLater && flow.auth_code_issued_at !== null
    const start = isByLink ? (flow.auth_code_issued_at ?? flow.created_at) : flow.created_at
    if (now > millis(start) + lifetime) throw errors.flowOver()
    checkVerifier({ challenge: flow.code_challenge, method: flow.code_challenge_method }, verifier)
    const traits = { provider_type: flow.provider_type }
    await recordDeed(db, now, { actor: user, action: 'login', origin, traits })
    const method = flow.authentication_method
    const notAfter = method === 'sso/saml' ? await findSessionEnd(db, flow.id) : undefined
    const opened = await openSession(parts, db, { user, method, origin, notAfter })
    return { ...opened, provided: providedBy(flow) }
  })
}
