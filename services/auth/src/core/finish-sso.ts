// Second half of single sign-on: an identity provider has posted what it says about somebody. Everything is checked
// before anybody is let in, and what was said counts once.

import { createHash } from 'node:crypto'
import { isPlinthError } from '@plinth/errors'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { type ExternalFlowRow, holdExternalFlow } from '../sql/find-external-flow.ts'
import { finishExternalFlow } from '../sql/finish-external-flow.ts'
import { useAssertion } from '../sql/saml-assertions.ts'
import { type RelayStateRow, takeRelayState } from '../sql/saml-relay-states.ts'
import { findSsoProvider, type SsoProviderRow, storeSamlMetadata } from '../sql/sso-providers.ts'
import { tellUserCreated } from './creation-hooks.ts'
import { askBeforeExternal, type Entering, enterExternal } from './enter-external.ts'
import { isUuid } from './load-caller.ts'
import { type Opened, openSession } from './open-session.ts'
import { chooseRedirect } from './redirect.ts'
import { successRedirect, withCode } from './redirect-result.ts'
import { readPerson, sessionEndOf } from './saml-assertion.ts'
import { checkAssertion, checkResponse, countsUntil, type Expected } from './saml-checks.ts'
import { openResponse } from './saml-library.ts'
import type { IdpMetadata } from './saml-metadata.ts'
import { readFreshMetadata } from './saml-refresh.ts'
import { getSamlSelf } from './saml-self.ts'
import { attributeOf, elementsAt, ns, parseXml, textOf, type XmlElement } from './saml-xml.ts'
import { iso, millis } from './time.ts'
import type { UserRow } from './user-row.ts'

/** The form as it was posted. */
export type SamlAnswer = { readonly response: string; readonly relayState: string; readonly artifact: string }
export type SsoFinished = { readonly location: string; readonly opened?: Opened | undefined }

/** What began here, or at the identity provider. */
type Begun = {
  readonly provider: SsoProviderRow
  readonly requestId: string | undefined
  readonly redirectTo: string
  readonly flowId: string | null
}

const stateLifetime = 2 * 60_000
/** Time to trade a code in; until then it is remembered when the session has to end. */
const codeLifetime = 10 * 60_000

const enabled = (provider: SsoProviderRow | undefined): SsoProviderRow => {
  if (provider === undefined) throw errors.samlProviderUnknown()
  if (provider.disabled) {
    throw errors.ssoProviderDisabled('SSO Provider assigned for this domain is currently disabled')
  }
  return provider
}

const beginHere = async ({ pool, clock }: Parts, id: string): Promise<Begun> => {
  const state: RelayStateRow | undefined = await takeRelayState(pool, id)
  if (state === undefined) throw errors.samlStateUnknown()
  if (clock() >= millis(state.created_at) + stateLifetime) throw errors.samlStateOver()
  return {
    provider: enabled(await findSsoProvider(pool, { id: state.sso_provider_id })),
    requestId: state.request_id,
    redirectTo: state.redirect_to ?? '',
    flowId: state.flow_state_id,
  }
}

const beginThere = async ({ pool }: Parts, response: XmlElement, redirectTo: string): Promise<Begun> => {
  const issuer = textOf(elementsAt(response, ns.assertion, 'Issuer')[0])
  const provider = enabled(await findSsoProvider(pool, { entityId: issuer }))
  return { provider, requestId: undefined, redirectTo, flowId: null }
}

const decode = async (text: string): Promise<XmlElement> => {
  if (text === '') throw errors.invalid('SAMLResponse is missing')
  const compact = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw errors.invalid('SAMLResponse is not a valid Base64 string')
  }
  return parseXml(Buffer.from(compact, 'base64').toString()).catch(() => {
    throw errors.invalid('SAMLResponse is not a valid XML SAML assertion')
  })
}

const isAddress = (text: string): boolean => text.startsWith('/') || URL.canParse(text)

const begin = async (
  parts: Parts,
  answer: SamlAnswer,
  response: () => Promise<XmlElement>,
): Promise<Begun> => {
  const { relayState, artifact } = answer
  if (isUuid(relayState)) return beginHere(parts, relayState)
  if (relayState !== '' && !isAddress(relayState)) {
    throw errors.invalid('SAML RelayState is not a valid UUID or URL')
  }
  if (artifact !== '') {
    throw errors.invalid('SAML Artifact response can only be used with SP initiated flow')
  }
  return beginThere(parts, await response(), relayState)
}

type Verified = { readonly assertion: XmlElement; readonly until: number }

/** From bytes that anybody could have sent to words that the identity provider said to us. */
const verify = async (
  parts: Parts,
  idp: IdpMetadata,
  begun: Begun,
  { response, text }: { readonly response: XmlElement; readonly text: string },
): Promise<Verified> => {
  const self = getSamlSelf(parts)
  const { requestId, provider } = begun
  const expected: Expected = { self, idp: provider.entity_id, requestId, now: parts.clock() }
  try {
    checkResponse(response, expected)
    const assertion = await parseXml(await openResponse(self, idp, text))
    checkAssertion(assertion, expected)
    return { assertion, until: Math.max(countsUntil(assertion), expected.now + codeLifetime) }
  } catch (error) {
    if (isPlinthError(error)) throw error
    parts.observe({
      level: 'info',
      event: 'auth.saml_refused',
      fields: { provider: provider.id, why: error instanceof Error ? error.message : String(error) },
    })
    throw errors.samlInvalid(error)
  }
}

const useOnce = async (parts: Parts, db: Db, { assertion, until }: Verified, begun: Begun): Promise<void> => {
  const end = sessionEndOf(assertion)
  const name = `${begun.provider.entity_id}\n${attributeOf(assertion, 'ID')}`
  const isFirst = await useAssertion(db, {
    digest: createHash('sha256').update(name).digest('base64url'),
    until: iso(until),
    flowId: begun.flowId,
    sessionEnd: end === undefined ? null : iso(end),
    at: iso(parts.clock()),
  })
  if (!isFirst) throw errors.samlInvalid(new Error('The assertion was used before.'))
}

const holdFlow = async (db: Db, id: string): Promise<ExternalFlowRow> => {
  const flow = await holdExternalFlow(db, id)
  if (flow === undefined || flow.user_id !== null) throw errors.stateUsed()
  return flow
}

type Outcome = {
  readonly user: UserRow
  readonly isNew: boolean
  readonly code?: string
  readonly opened?: Opened
}

const settle = (parts: Parts, begun: Begun, verified: Verified, entering: Entering): Promise<Outcome> =>
  parts.pool.transaction(async (db): Promise<Outcome> => {
    await useOnce(parts, db, verified, begun)
    const entered = await enterExternal(parts, db, entering)
    // The identity provider vouches for the address: nobody has to confirm it.
    if (entered.kind !== 'in') throw new Error('Somebody of an identity provider was not let in.')
    const { user, isNew } = entered
    if (begun.flowId !== null) {
      const flow = await holdFlow(db, begun.flowId)
      const at = iso(parts.clock())
      await finishExternalFlow(db, { id: flow.id, userId: user.id, accessToken: '', refreshToken: '', at })
      return { user, isNew, code: flow.auth_code ?? '' }
    }
    const end = sessionEndOf(verified.assertion)
    const notAfter = end === undefined ? undefined : iso(end)
    const { origin } = entering
    const opened = await openSession(parts, db, { user, method: 'sso/saml', origin, notAfter })
    return { user, isNew, opened }
  })

export const finishSso = async (parts: Parts, answer: SamlAnswer, origin: Origin): Promise<SsoFinished> => {
  let read: Promise<XmlElement> | undefined
  const response = () => (read ??= decode(answer.response))
  const begun = await begin(parts, answer, response)
  const { provider } = begun
  const { idp, fresh } = await readFreshMetadata(parts, provider)
  const text = answer.response.replace(/\s+/g, '')
  const verified = await verify(parts, idp, begun, { response: await response(), text })
  const profile = readPerson(verified.assertion, provider.entity_id, provider.attribute_mapping ?? {})
  if (profile.subject === '') throw errors.samlNobody()
  if (profile.emails.length === 0) throw errors.samlNoEmail()
  if (fresh !== undefined) await storeSamlMetadata(parts.pool, provider.id, fresh, iso(parts.clock()))
  const entering = {
    provider: `sso:${provider.id}`,
    profile,
    aud: 'authenticated',
    emailOptional: false,
    origin,
  }
  await askBeforeExternal(parts, entering)
  const { user, isNew, code, opened } = await settle(parts, begun, verified, entering)
  if (isNew) await tellUserCreated(parts, user, origin)
  const target = chooseRedirect(parts.config, begun.redirectTo)
  if (opened === undefined) return { location: withCode(target, code ?? '') }
  return { location: successRedirect(target, opened, {}), opened }
}
