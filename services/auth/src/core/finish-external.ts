// Second half of a sign-in at another service: people come back with a code and a state. In the end a redirect,
// whatever the outcome.

import { isPlinthError, type PlinthError } from '@plinth/errors'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { type ExternalFlowRow, findExternalFlow, holdExternalFlow } from '../sql/find-external-flow.ts'
import { dropExternalFlow, finishExternalFlow } from '../sql/finish-external-flow.ts'
import { takeClientState } from '../sql/take-client-state.ts'
import { tellUserCreated } from './creation-hooks.ts'
import { askBeforeExternal, type Entered, enterExternal } from './enter-external.ts'
import { type Exchanged, exchangeCode, exchangeToken } from './exchange-code.ts'
import { getProvider } from './find-provider.ts'
import { textAt } from './json-path.ts'
import { acceptInvite, linkIdentity } from './link-identity.ts'
import { isUuid } from './load-caller.ts'
import { type Opened, openSession } from './open-session.ts'
import type { Post } from './post.ts'
import { failurePairs, failureRedirect, successRedirect, withCode, withQuery } from './redirect-result.ts'
import { iso, millis } from './time.ts'

/** What a service sends people back with, by query or form. */
export type Returned = {
  readonly state: string
  readonly code: string
  readonly error: string
  readonly error_description: string
  /** OAuth 1.0a: the request token again, what proves that somebody agreed to it, or that they did not. */
  readonly oauth_token: string
  readonly oauth_verifier: string
  readonly denied: string
  /** Apple tells the name once, beside the token. */
  readonly user: string
}

type FinishParts = Parts & { readonly post: Post }
/** `isLost`: nobody knows where they came from. */
export type Finished = { readonly location: string; readonly opened?: Opened; readonly isLost?: boolean }

const lifetime = 5 * 60_000

const loadFlow = async (parts: Parts, state: string): Promise<ExternalFlowRow> => {
  if (state === '') throw errors.badCallback('OAuth state parameter missing')
  if (!isUuid(state)) throw errors.badState('OAuth state parameter is invalid')
  const flow = await findExternalFlow(parts.pool, state)
  if (flow === undefined) throw errors.badState('OAuth state not found or expired')
  if (parts.clock() > millis(flow.created_at) + lifetime) throw errors.badState('OAuth state has expired')
  if (flow.user_id !== null) throw errors.stateUsed()
  return flow
}

const verifierOf = async ({ pool }: Parts, flow: ExternalFlowRow): Promise<string | undefined> => {
  if (flow.oauth_client_state_id === null) return undefined
  const taken = await takeClientState(pool, flow.oauth_client_state_id)
  if (taken === undefined) throw errors.badState('OAuth state not found')
  if (taken.provider_type !== flow.provider_type) throw errors.badState('OAuth provider mismatch')
  return taken.code_verifier
}

const appleName = (user: string): Readonly<Record<string, string>> => {
  try {
    const told: unknown = JSON.parse(user)
    const name = `${textAt(told, 'name', 'firstName')} ${textAt(told, 'name', 'lastName')}`.trim()
    return name === '' ? {} : { name, full_name: name }
  } catch {
    return {}
  }
}

const ask = async (parts: Parts, flow: ExternalFlowRow, returned: Returned): Promise<Exchanged> => {
  const { code, error, error_description: description, user } = returned
  if (error !== '') throw errors.oauth(error, description)
  const provider = await getProvider(parts, flow.provider_type)
  const isFirst = provider.requestTokenUrl !== undefined
  if (isFirst && returned.denied !== '') throw errors.oauth('access_denied', 'The user denied the request')
  if (code === '' && !isFirst)
    throw errors.badCallback('OAuth callback with missing authorization code missing')
  const verifier = await verifierOf(parts, flow)
  const exchanged = isFirst
    ? await exchangeToken(parts, provider, { ...returned, kept: verifier })
    : await exchangeCode(parts, provider, { code, verifier })
  const { profile } = exchanged
  if (profile.emails.length === 0 && !flow.email_optional && flow.linking_target_id === null) {
    throw errors.profileFailed(undefined, 'Error getting user email from external provider')
  }
  if (flow.provider_type !== 'apple' || user === '') return exchanged
  return { ...exchanged, profile: { ...profile, claims: { ...profile.claims, ...appleName(user) } } }
}

const enter = (
  parts: Parts,
  db: Db,
  flow: ExternalFlowRow,
  { profile, origin }: Coming,
): Promise<Entered> => {
  const provider = flow.provider_type
  if (flow.linking_target_id !== null) {
    return linkIdentity(parts, db, flow.linking_target_id, { provider, profile, origin })
  }
  if (flow.invite_token !== null)
    return acceptInvite(parts, db, flow.invite_token, { provider, profile, origin })
  const { email_optional: emailOptional } = flow
  return enterExternal(parts, db, { provider, profile, aud: 'authenticated', emailOptional, origin })
}
type Coming = Pick<Exchanged, 'profile'> & { readonly origin: Origin }

type Outcome =
  | Extract<Entered, { kind: 'unverified' }>
  | (Extract<Entered, { kind: 'in' }> & { readonly opened?: Opened })

/** The client's own PKCE gets a code; without it the session stands in the address. */
const conclude = (
  parts: Parts,
  flow: ExternalFlowRow,
  { profile, tokens }: Exchanged,
  origin: Origin,
): Promise<Outcome> =>
  parts.pool.transaction(async (db): Promise<Outcome> => {
    const held = await holdExternalFlow(db, flow.id)
    if (held === undefined || held.user_id !== null) throw errors.stateUsed()
    const entered = await enter(parts, db, flow, { profile, origin })
    if (entered.kind === 'unverified') return entered
    const { user } = entered
    if (flow.code_challenge === null) {
      await dropExternalFlow(db, flow.id)
      return { ...entered, opened: await openSession(parts, db, { user, method: 'oauth', origin }) }
    }
    const accessToken = textAt(tokens, 'access_token')
    const refreshToken = textAt(tokens, 'refresh_token')
    const at = iso(parts.clock())
    await finishExternalFlow(db, { id: flow.id, userId: user.id, accessToken, refreshToken, at })
    return entered
  })

const run = async (
  parts: FinishParts,
  flow: ExternalFlowRow,
  returned: Returned,
  origin: Origin,
): Promise<Finished> => {
  const exchanged = await ask(parts, flow, returned)
  const { provider_type: provider, email_optional: emailOptional } = flow
  if (flow.linking_target_id === null && flow.invite_token === null) {
    const { profile } = exchanged
    await askBeforeExternal(parts, { provider, profile, aud: 'authenticated', emailOptional, origin })
  }
  const outcome = await conclude(parts, flow, exchanged, origin)
  await parts.post(outcome.letters ?? [], origin)
  if (outcome.kind === 'unverified') {
    throw errors.providerEmailUnverified(provider, outcome.letters.length > 0)
  }
  if (outcome.isNew) await tellUserCreated(parts, outcome.user, origin)
  const target = flow.referrer ?? parts.config.site_url
  if (outcome.opened === undefined) return { location: withCode(target, flow.auth_code ?? '') }
  const refreshToken = textAt(exchanged.tokens, 'refresh_token')
  const provided = {
    provider_token: textAt(exchanged.tokens, 'access_token'),
    ...(refreshToken === '' ? {} : { provider_refresh_token: refreshToken }),
  }
  return { location: successRedirect(target, outcome.opened, provided), opened: outcome.opened }
}

const asPlinthError = (error: unknown): PlinthError => {
  if (isPlinthError(error)) return error
  throw error
}

export const finishExternal = async (
  parts: FinishParts,
  returned: Returned,
  origin: Origin,
): Promise<Finished> => {
  const { site_url: site } = parts.config
  const flow = await loadFlow(parts, returned.state).catch(asPlinthError)
  if (flow instanceof Error) return { location: withQuery(site, failurePairs(flow)), isLost: true }
  const result = await run(parts, flow, returned, origin).catch(asPlinthError)
  return result instanceof Error ? { location: failureRedirect(flow.referrer ?? site, result) } : result
}
