// Who an assertion speaks of: the lasting name, the address, and what the project wants to know besides.

import type { Profile } from './profile.ts'
import { attributeOf, elementsAt, ns, textOf, timeOf, type XmlElement } from './saml-xml.ts'

export type AttributeRule = {
  readonly name?: string | undefined
  readonly names?: readonly string[] | undefined
  readonly default?: unknown
  readonly array?: boolean | undefined
}
export type AttributeMapping = { readonly keys?: Readonly<Record<string, AttributeRule>> | undefined }

const subjectId = 'urn:oasis:names:tc:SAML:attribute:subject-id'
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

const emailNames = [
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'http://schemas.xmlsoap.org/claims/EmailAddress',
  'mail',
  'Mail',
  'email',
]

/** Values of every attribute with this name or friendly name. */
const valuesOf = (assertion: XmlElement, name: string): readonly string[] => {
  const isNamed = (attribute: XmlElement, by: string) =>
    attributeOf(attribute, by)?.toLowerCase() === name.toLowerCase()
  return elementsAt(assertion, ns.assertion, 'AttributeStatement', 'Attribute')
    .filter((attribute) => isNamed(attribute, 'Name') || isNamed(attribute, 'FriendlyName'))
    .flatMap((attribute) => elementsAt(attribute, ns.assertion, 'AttributeValue'))
    .map(textOf)
    .filter((value) => value !== '')
}

const nameIdOf = (assertion: XmlElement) => {
  const [element] = elementsAt(assertion, ns.assertion, 'Subject', 'NameID')
  return { value: textOf(element), format: attributeOf(element, 'Format') ?? '' }
}

/** `''` when the name would be another one next time. */
export const userIdOf = (assertion: XmlElement): string => {
  const [named] = valuesOf(assertion, subjectId)
  if (named !== undefined) return named
  const { value, format } = nameIdOf(assertion)
  if (format === transientFormat) return ''
  return format === emailFormat ? value.toLowerCase() : value
}

const ruleValue = (assertion: XmlElement, rule: AttributeRule): unknown => {
  const names = [...(rule.name ? [rule.name] : []), ...(rule.names ?? [])]
  const values = names.map((name) => valuesOf(assertion, name)).find((found) => found.length > 0)
  if (values === undefined) return rule.default ?? undefined
  return rule.array === true ? values : values[0]
}

const mapAttributes = (assertion: XmlElement, { keys = {} }: AttributeMapping) =>
  Object.fromEntries(
    Object.entries(keys)
      .map(([key, rule]): [string, unknown] => [key, ruleValue(assertion, rule)])
      .filter(([, value]) => value !== undefined),
  )

export const emailOf = (assertion: XmlElement, mapped: unknown): string => {
  if (typeof mapped === 'string' && mapped !== '') return mapped
  const told = emailNames.flatMap((name) => valuesOf(assertion, name))[0]
  if (told !== undefined) return told
  const { value, format } = nameIdOf(assertion)
  return format === emailFormat ? value : ''
}

/** Claims that have a place of their own; every other key is a custom one. */
const known = new Set([
  'name',
  'family_name',
  'given_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'updated_at',
  'phone',
  'full_name',
  'avatar_url',
  'slug',
  'provider_id',
  'user_name',
])
/** Ours to say, whatever a mapping wants. */
const reserved = new Set(['iss', 'sub', 'aud', 'iat', 'exp', 'email', 'email_verified', 'phone_verified'])

/** `''` as subject or address means that there is none. */
export const readPerson = (assertion: XmlElement, issuer: string, mapping: AttributeMapping): Profile => {
  const mapped = mapAttributes(assertion, mapping)
  const subject = userIdOf(assertion)
  const email = emailOf(assertion, mapped['email'])
  const isOwn = ([key, value]: readonly [string, unknown]) => known.has(key) && typeof value === 'string'
  const entries = Object.entries(mapped).filter(([key]) => !reserved.has(key) && key !== 'custom_claims')
  const custom = Object.fromEntries(entries.filter((entry) => !isOwn(entry)))
  return {
    subject,
    emails: email === '' ? [] : [{ email, verified: true, primary: true }],
    claims: {
      iss: issuer,
      sub: subject,
      ...Object.fromEntries(entries.filter(isOwn)),
      ...(Object.keys(custom).length === 0 ? {} : { custom_claims: custom }),
    },
  }
}

/** When the session at the identity provider ends, in milliseconds; `undefined` when it does not say. */
export const sessionEndOf = (assertion: XmlElement): number | undefined =>
  elementsAt(assertion, ns.assertion, 'AuthnStatement')
    .map((statement) => timeOf(attributeOf(statement, 'SessionNotOnOrAfter')))
    .find((end) => end !== undefined && Number.isFinite(end))
