// The project as a service provider of SAML: its names, its key, and the document that identity providers read.

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { writeVessel } from '@plinth/certificates'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { iso } from './time.ts'

export type SamlSelf = {
  /** Also the address of the document. */
  readonly entityId: string
  /** Where answers are posted to. */
  readonly acsUrl: string
  readonly sloUrl: string
  readonly key: KeyObject
  /** The key that is to follow: made known beforehand, and some may already encrypt for it. */
  readonly nextKey: KeyObject | undefined
  readonly mayDecrypt: boolean
}

type Config = Pick<Parts, 'config' | 'issuer'>

const baseOf = ({ config, issuer }: Config): string =>
  (config.saml_external_url === '' ? issuer : config.saml_external_url).replace(/\/$/, '')

const openKey = (text: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs1' })

/** As libraries want it: PKCS#8. */
export const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Throws where SAML is off. */
export const getSamlSelf = (parts: Config): SamlSelf => {
  const { saml_enabled: isOn, saml_private_key: text, saml_private_key_next: next } = parts.config
  if (!isOn || text === '') throw errors.featureOff('saml_provider_disabled', 'SAML 2.0 is disabled')
  const sso = `${baseOf(parts)}/sso/saml`
  return {
    entityId: `${sso}/metadata`,
    acsUrl: `${sso}/acs`,
    sloUrl: `${sso}/slo`,
    key: openKey(text),
    nextKey: next === '' ? undefined : openKey(next),
    mayDecrypt: parts.config.saml_allow_encrypted_assertions,
  }
}

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

const bindings = 'urn:oasis:names:tc:SAML:2.0:bindings'
const methods = [
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes192-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
]

const keyDescriptor = (use: string, certificate: string, inner = ''): string =>
  [
    `<KeyDescriptor use="${use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>`,
    `<X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo>${inner}</KeyDescriptor>`,
  ].join('')

/** Reissued certificates would cut every connection: the same key and host always give the same one. */
const certificateOf = (key: KeyObject, { mayDecrypt }: SamlSelf, issuer: string): string => {
  const { hostname } = new URL(issuer)
  const subject = `SAML 2.0 Certificate for ${hostname}`
  return writeVessel({ key, subject, name: `_samlsp.${hostname}`, mayEncrypt: mayDecrypt }).toString('base64')
}

const formats = [
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
]

const acs = (binding: string, location: string, index: number): string =>
  `<AssertionConsumerService Binding="${bindings}:${binding}" Location="${location}" index="${index}"></AssertionConsumerService>`

const encryption = methods.map((name) => `<EncryptionMethod Algorithm="${name}"></EncryptionMethod>`).join('')

const describeKey = (key: KeyObject, self: SamlSelf, issuer: string): string => {
  const certificate = certificateOf(key, self, issuer)
  const sealing = self.mayDecrypt ? keyDescriptor('encryption', certificate, encryption) : ''
  return `${keyDescriptor('signing', certificate)}${sealing}`
}

/** `validUntil` in milliseconds since the epoch. While a key waits to follow, the document is to be read more often. */
export const renderMetadata = (self: SamlSelf, issuer: string, validUntil: number): string => {
  const { key, nextKey } = self
  const until = iso(validUntil)
  const [acsUrl, sloUrl] = [escapeXml(self.acsUrl), escapeXml(self.sloUrl)]
  const reread = nextKey === undefined ? '' : ' cacheDuration="PT1H"'
  return [
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="${until}"${reread} entityID="${escapeXml(self.entityId)}">`,
    `<SPSSODescriptor validUntil="${until}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">`,
    describeKey(key, self, issuer),
    nextKey === undefined ? '' : describeKey(nextKey, self, issuer),
    `<SingleLogoutService Binding="${bindings}:HTTP-POST" Location="${sloUrl}" ResponseLocation="${sloUrl}"></SingleLogoutService>`,
    ...formats.map((format) => `<NameIDFormat>${format}</NameIDFormat>`),
    acs('HTTP-POST', acsUrl, 1),
    acs('HTTP-Artifact', acsUrl, 2),
    '</SPSSODescriptor></EntityDescriptor>',
  ].join('')
}
