// The SAML library behind two functions: it signs our requests, and finds what an identity provider really signed.
// Loaded when the first request needs it.

import { errors } from '../errors.ts'
import type { IdpMetadata } from './saml-metadata.ts'
import { pemOf, type SamlSelf } from './saml-self.ts'

/** As much of the library as is used here; its own types bring those of a browser into the whole program. */
type Library = {
  readonly SAML: new (
    options: object,
  ) => {
    readonly getAuthorizeUrlAsync: (relayState: string, host: undefined, options: object) => Promise<string>
    readonly validatePostResponseAsync: (container: {
      readonly SAMLResponse: string
    }) => Promise<{ readonly profile: { readonly getAssertionXml?: () => string } | null }>
  }
}

const open = async (self: SamlSelf, idp: IdpMetadata, more: object) => {
  const { SAML }: Library = await import('@node-saml/node-saml' as string)
  if (idp.certificates.length === 0)
    throw errors.invalid('SAML Metadata does not contain a signing certificate')
  return new SAML({
    callbackUrl: self.acsUrl,
    issuer: self.entityId,
    idpCert: [...idp.certificates],
    // Time, audience and everything else that an assertion says are checked by ourselves, on our own clock.
    acceptedClockSkewMs: -1,
    audience: false,
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    ...more,
  })
}

type Asking = { readonly requestId: string; readonly relayState: string; readonly nameIdFormat: string }

/** Address of the identity provider with a signed request. */
export const requestAddress = async (self: SamlSelf, idp: IdpMetadata, asking: Asking): Promise<string> => {
  if (idp.redirectUrl === '')
    throw errors.invalid('SAML Metadata has no SingleSignOnService with HTTP-Redirect')
  const saml = await open(self, idp, {
    entryPoint: idp.redirectUrl,
    privateKey: pemOf(self.key),
    signatureAlgorithm: 'sha256',
    identifierFormat: asking.nameIdFormat,
    disableRequestedAuthnContext: true,
    generateUniqueId: () => asking.requestId,
  })
  return saml.getAuthorizeUrlAsync(asking.relayState, undefined, {})
}

type Decryption = { readonly decryptionPvk?: string }

const openWith = async (
  self: SamlSelf,
  idp: IdpMetadata,
  response: string,
  decryption: Decryption,
): Promise<string> => {
  const saml = await open(self, idp, decryption)
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
  const xml = profile?.getAssertionXml?.()
  if (xml === undefined) throw new Error('The response holds no assertion.')
  return xml
}

/**
 * The one assertion of a response, as exactly the bytes that a key of the identity provider signed (in the response
 * around it, or by itself; decrypted where that is allowed). Throws when there is none.
 */
export const openResponse = async (self: SamlSelf, idp: IdpMetadata, response: string): Promise<string> => {
  const { key, nextKey, mayDecrypt } = self
  if (!mayDecrypt) return openWith(self, idp, response, {})
  return openWith(self, idp, response, { decryptionPvk: pemOf(key) }).catch((error: unknown) => {
    if (nextKey === undefined) throw error
    return openWith(self, idp, response, { decryptionPvk: pemOf(nextKey) }).catch(() => {
      throw error
    })
  })
}
