// Whether an assertion was made for us, now, and for this very sign-in. The signature was checked before; here it is
// about what the signed words say (SAML profiles 2.0, section 4.1.4.3).

import type { SamlSelf } from './saml-self.ts'
import { attributeOf, elementsAt, ns, textOf, timeOf, type XmlElement } from './saml-xml.ts'

/** Clocks of others may differ from ours by this much. */
export const skew = 180_000
/** An answer is on its way for no longer than this. */
const longestWay = 90_000

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

export type Expected = {
  readonly self: SamlSelf
  /** The identity provider's entity id. */
  readonly idp: string
  /** Of the request it answers; `undefined` where the identity provider began. */
  readonly requestId: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

const refuse = (why: string): never => {
  throw new Error(why)
}

/** The only one there is. */
const only = (found: readonly XmlElement[], name: string): XmlElement =>
  found.length === 1 && found[0] !== undefined ? found[0] : refuse(`it has no ${name}, or several`)

const isPast = (end: number | undefined, now: number): boolean => end !== undefined && !(now - skew < end)
const isEarly = (start: number | undefined, now: number): boolean =>
  start !== undefined && !(now + skew >= start)

const checkIssued = (element: XmlElement, now: number): void => {
  const issued = timeOf(attributeOf(element, 'IssueInstant')) ?? Number.NaN
  // Also for what is no time at all.
  if (!(issued + longestWay + skew >= now)) refuse('it was issued too long ago')
  if (!(issued - skew <= now)) refuse('it was issued in the future')
}

/** Who began decides: an answer names the request, and what comes unasked names none. */
const checkAnswered = (named: string | undefined, requestId: string | undefined): void => {
  if (requestId === undefined && named !== undefined)
    refuse('it answers a request, but came without its state')
  if (requestId !== undefined && named !== undefined && named !== requestId)
    refuse('it answers another request')
}

/** Outer words of a response; they count only against it, since nobody may have signed them. */
export const checkResponse = (response: XmlElement, { self, idp, requestId, now }: Expected): void => {
  if (response.localName !== 'Response' || response.namespaceURI !== ns.protocol) refuse('it is no response')
  const destination = attributeOf(response, 'Destination') ?? ''
  if (destination !== '' && destination !== self.acsUrl) refuse('it was meant for another address')
  const named = attributeOf(response, 'InResponseTo')
  checkAnswered(named, requestId)
  if (requestId !== undefined && named === undefined) refuse('it does not name the request')
  const [status] = elementsAt(response, ns.protocol, 'Status', 'StatusCode')
  if (attributeOf(status, 'Value') !== success) refuse('the sign-in failed there')
  const [issuer] = elementsAt(response, ns.assertion, 'Issuer')
  if (issuer !== undefined && textOf(issuer) !== idp) refuse('it was issued by somebody else')
  checkIssued(response, now)
}

const isConfirmed = (confirmation: XmlElement, { self, requestId, now }: Expected): boolean => {
  if (attributeOf(confirmation, 'Method') !== 'urn:oasis:names:tc:SAML:2.0:cm:bearer') return false
  const [data] = elementsAt(confirmation, ns.assertion, 'SubjectConfirmationData')
  const end = timeOf(attributeOf(data, 'NotOnOrAfter'))
  return (
    attributeOf(data, 'Recipient') === self.acsUrl &&
    end !== undefined &&
    !isPast(end, now) &&
    !isEarly(timeOf(attributeOf(data, 'NotBefore')), now) &&
    attributeOf(data, 'InResponseTo') === requestId
  )
}

const checkConditions = (assertion: XmlElement, { self, now }: Expected): void => {
  const conditions = only(elementsAt(assertion, ns.assertion, 'Conditions'), 'conditions')
  if (isEarly(timeOf(attributeOf(conditions, 'NotBefore')), now)) refuse('it is not valid yet')
  if (isPast(timeOf(attributeOf(conditions, 'NotOnOrAfter')), now)) refuse('it is no longer valid')
  const audiences = elementsAt(conditions, ns.assertion, 'AudienceRestriction')
  const isOurs = (restriction: XmlElement) =>
    elementsAt(restriction, ns.assertion, 'Audience').some((one) => textOf(one) === self.entityId)
  if (audiences.length === 0 || !audiences.every(isOurs)) refuse('it was made for another audience')
}

/** Throws with a reason for the project's log. */
export const checkAssertion = (assertion: XmlElement, expected: Expected): void => {
  if (assertion.localName !== 'Assertion' || assertion.namespaceURI !== ns.assertion)
    refuse('it is no assertion')
  if ((attributeOf(assertion, 'ID') ?? '') === '') refuse('it has no ID')
  const issuer = only(elementsAt(assertion, ns.assertion, 'Issuer'), 'issuer')
  if (textOf(issuer) !== expected.idp) refuse('it was issued by somebody else')
  checkIssued(assertion, expected.now)
  checkConditions(assertion, expected)
  const confirmations = elementsAt(assertion, ns.assertion, 'Subject', 'SubjectConfirmation')
  if (!confirmations.some((one) => isConfirmed(one, expected)))
    refuse('nobody who brings it to this address now, for this request, is its subject')
}

/** After this it would be refused anyway; until then it counts once. */
export const countsUntil = (assertion: XmlElement): number => {
  const ends = [
    ...elementsAt(assertion, ns.assertion, 'Conditions'),
    ...elementsAt(assertion, ns.assertion, 'Subject', 'SubjectConfirmation', 'SubjectConfirmationData'),
  ].map((element) => timeOf(attributeOf(element, 'NotOnOrAfter')) ?? 0)
  const issued = timeOf(attributeOf(assertion, 'IssueInstant')) ?? 0
  return Math.max(issued + longestWay, ...ends.filter(Number.isFinite)) + skew
}
