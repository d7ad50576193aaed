// What an identity provider says about itself: who it is, where people go, which keys it signs with, and for how long
// that holds.

import { errors } from '../errors.ts'
import { attributeOf, elementsAt, ns, parseXml, textOf, timeOf, type XmlElement } from './saml-xml.ts'

export type IdpMetadata = {
  readonly entityId: string
  /** Where people are sent by a redirect; `''` when it takes none. */
  readonly redirectUrl: string
  /** Certificates of its signing keys: base64 of the DER form. */
  readonly certificates: readonly string[]
  /** Milliseconds since the epoch. */
  readonly validUntil: number | undefined
  /** Milliseconds. */
  readonly cacheDuration: number | undefined
}

const binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

const units = [31_536_000, 2_592_000, 86_400, 3600, 60, 1] as const
const duration = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** `PT1H30M` in milliseconds. */
export const parseDuration = (text: string | undefined): number | undefined => {
  const found = duration.exec(text ?? '')
  if (found === null) return undefined
  return units.reduce((sum, unit, index) => sum + Number(found[index + 1] ?? 0) * unit, 0) * 1000
}

const certificatesOf = (descriptor: XmlElement): readonly string[] =>
  elementsAt(descriptor, ns.metadata, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => elementsAt(key, ns.signature, 'KeyInfo', 'X509Data', 'X509Certificate'))
    .map((certificate) => textOf(certificate).replace(/\s+/g, ''))
    .filter((certificate) => certificate !== '')

/** Federations wrap theirs; one that is wrapped alone counts. */
const entityOf = (root: XmlElement): XmlElement => {
  if (root.localName !== 'EntitiesDescriptor') return root
  const isProvider = (one: XmlElement) => elementsAt(one, ns.metadata, 'IDPSSODescriptor').length > 0
  return elementsAt(root, ns.metadata, 'EntityDescriptor').find(isProvider) ?? root
}

/** Throws with what is wrong, as upstream words it. */
export const parseIdpMetadata = async (xml: string): Promise<IdpMetadata> => {
  const root = await parseXml(xml).catch(() => {
    throw errors.invalid('SAML Metadata is not a valid XML document')
  })
  const entity = entityOf(root)
  if (entity.localName !== 'EntityDescriptor' || entity.namespaceURI !== ns.metadata) {
    throw errors.invalid('SAML Metadata is not an EntityDescriptor')
  }
  const entityId = attributeOf(entity, 'entityID') ?? ''
  if (entityId === '') throw errors.invalid('SAML Metadata does not contain an EntityID')
  const [descriptor, ...others] = elementsAt(entity, ns.metadata, 'IDPSSODescriptor')
  if (descriptor === undefined) throw errors.invalid('SAML Metadata does not contain any IDPSSODescriptor')
  if (others.length > 0) throw errors.invalid('SAML Metadata contains multiple IDPSSODescriptors')
  const services = elementsAt(descriptor, ns.metadata, 'SingleSignOnService')
  const redirect = services.find((service) => attributeOf(service, 'Binding') === binding)
  return {
    entityId,
    redirectUrl: attributeOf(redirect, 'Location') ?? '',
    certificates: certificatesOf(descriptor),
    validUntil: timeOf(attributeOf(entity, 'validUntil')),
    cacheDuration: parseDuration(attributeOf(entity, 'cacheDuration')),
  }
}

const day = 86_400_000

/** Whether a document that was read at `readAt` must be read again. */
export const isStale = (
  { validUntil, cacheDuration }: Pick<IdpMetadata, 'validUntil' | 'cacheDuration'>,
  readAt: number,
  now: number,
): boolean => {
  if (validUntil !== undefined && now > validUntil) return true
  if (cacheDuration !== undefined) return now > readAt + cacheDuration
  return validUntil === undefined && now > readAt + day
}
