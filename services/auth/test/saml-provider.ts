// A real identity provider for tests: an independent SAML implementation behind HTTP. It reads our document, checks the
// signature of what we ask, and answers with a form that the browser of the test posts.

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeVessel } from '@plinth/certificates'
import type { Answer, TestAuth } from './test-auth.ts'

/** As much of the library as is used here; its own types bring those of a browser into the whole program. */
type Entity = {
  readonly createLoginResponse: (
    sp: Entity,
    request: object,
    binding: string,
    user: object,
    replace: () => { readonly id: string; readonly context: string },
    encryptsFirst: boolean,
  ) => Promise<{ readonly context: string }>
  readonly parseLoginRequest: (
    sp: Entity,
    binding: string,
    request: object,
  ) => Promise<{ readonly extract: { readonly request: { readonly id: string } } }>
}
type Samlify = {
  readonly setSchemaValidator: (validator: { readonly validate: () => Promise<string> }) => void
  readonly ServiceProvider: (settings: object) => Entity
  readonly IdentityProvider: (settings: object) => Entity
}
const samlify: Samlify = (await import('samlify' as string)).default

// Responses are judged by what we check, not by a schema.
samlify.setSchemaValidator({ validate: async () => 'not looked at' })

const { privateKey: anyKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
export const keys = { own: anyKey, other: otherKey }
type Key = typeof anyKey

/** As the project's settings hold its own. */
const makeSamlKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'der' })
    .toString('base64')
export const samlKey = makeSamlKey()
export const nextSamlKey = makeSamlKey()

const pem = (key: Key) => key.export({ type: 'pkcs1', format: 'pem' }).toString()
export const certificateOf = (key: Key): string =>
  writeVessel({ key, subject: 'an identity provider', name: 'idp.test', mayEncrypt: false }).toString(
    'base64',
  )

/** What an answer says; anything may be changed to be wrong. */
export type Said = {
  readonly id: string
  readonly destination: string
  readonly recipient: string
  readonly audience: string
  readonly issuer: string
  readonly inResponseTo: string | undefined
  /** Seconds from now. */
  readonly issued: number
  readonly from: number
  readonly until: number
  readonly sessionUntil: number | undefined
  readonly nameId: string
  readonly nameIdFormat: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
  readonly status: string
  readonly method: string
}

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
const answering = (id: string | undefined): string => (id === undefined ? '' : ` InResponseTo="${id}"`)

const attribute = ([name, value]: readonly [string, string | readonly string[]]): string => {
  const values = [value].flat().map((one) => `<saml:AttributeValue>${one}</saml:AttributeValue>`)
  return `<saml:Attribute Name="${name}">${values.join('')}</saml:Attribute>`
}

let count = 0
const write = (said: Said): string => {
  count += 1
  const session = said.sessionUntil === undefined ? '' : ` SessionNotOnOrAfter="${at(said.sessionUntil)}"`
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response${count}" Version="2.0" IssueInstant="${at(said.issued)}" Destination="${said.destination}"${answering(said.inResponseTo)}>`,
    `<saml:Issuer>${said.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${said.status}"/></samlp:Status>`,
    `<saml:Assertion ID="${said.id === '' ? `_assertion${count}` : said.id}" Version="2.0" IssueInstant="${at(said.issued)}"><saml:Issuer>${said.issuer}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${said.nameIdFormat}">${said.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:${said.method}">`,
    `<saml:SubjectConfirmationData NotOnOrAfter="${at(said.until)}" Recipient="${said.recipient}"${answering(said.inResponseTo)}/></saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${at(said.from)}" NotOnOrAfter="${at(said.until)}"><saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${at(0)}"${session}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    `<saml:AttributeStatement>${Object.entries(said.attributes).map(attribute).join('')}</saml:AttributeStatement>`,
    '</saml:Assertion></samlp:Response>',
  ].join('')
}

export type How = {
  readonly key?: Key
  /** What is signed. */
  readonly signed?: 'assertion' | 'response' | 'nothing'
  readonly isEncrypted?: boolean
}
type Form = { readonly SAMLResponse: string; readonly RelayState: string }

const respond = async (
  spXml: string,
  entityID: string,
  said: Said,
  { key = keys.own, signed = 'assertion', isEncrypted = false }: How,
): Promise<string> => {
  const sp = samlify.ServiceProvider({ metadata: spXml.replace('WantAssertionsSigned="true"', '') })
  const idp = samlify.IdentityProvider({
    entityID,
    privateKey: pem(key),
    signingCert: certificateOf(key),
    isAssertionEncrypted: isEncrypted,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    wantAuthnRequestsSigned: true,
    singleLogoutService: [
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: entityID },
    ],
    singleSignOnService: [
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: entityID },
    ],
  })
  const raw = write(said)
  if (signed === 'nothing') return Buffer.from(raw).toString('base64')
  const wants = samlify.ServiceProvider({
    metadata: spXml.replace(/WantAssertionsSigned="\w+"/, `WantAssertionsSigned="${signed === 'assertion'}"`),
    wantMessageSigned: signed === 'response',
  })
  const replace = () => ({ id: 'any', context: raw })
  const { context } = await idp.createLoginResponse(
    signed === 'assertion' ? wants : sp,
    { extract: { request: { id: said.inResponseTo ?? '' } } },
    'post',
    {},
    replace,
    signed === 'response' && isEncrypted,
  )
  return context
}

export type SamlProvider = Awaited<ReturnType<typeof startSamlProvider>>

/** `entityId` is also where people are sent. */
export const startSamlProvider = async () => {
  let handle: (request: IncomingMessage) => string = () => ''
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/xml').end(handle(request))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const entityId = `${address}/idp`

  const metadata = (signingKeys: readonly Key[] = [keys.own], more = ''): string =>
    [
      `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${more}>`,
      '<IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
      ...signingKeys.map(
        (key) =>
          `<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificateOf(key)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`,
      ),
      `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/sso?tenant=1"/>`,
      '</IDPSSODescriptor></EntityDescriptor>',
    ].join('')

  /** Reads what we sent people with, as the identity provider does: the signature must be of the key we publish. */
  const readRequest = async (service: TestAuth, url: string) => {
    const { body: spXml } = await service.ask('GET', '/sso/saml/metadata')
    const sp = samlify.ServiceProvider({
      metadata: String(spXml).replace('<SPSSODescriptor', '<SPSSODescriptor AuthnRequestsSigned="true"'),
    })
    const idp = samlify.IdentityProvider({ metadata: metadata() })
    const query = Object.fromEntries(new URL(url).searchParams)
    const octetString = ['SAMLRequest', 'RelayState', 'SigAlg']
      .map((name) => `${name}=${encodeURIComponent(query[name] ?? '')}`)
      .join('&')
    const { extract } = await idp.parseLoginRequest(sp, 'redirect', { query, octetString })
    return {
      request: extract,
      relayState: query['RelayState'] ?? '',
    }
  }

  /** A good answer to nobody in particular; what is given is said instead. */
  const says = (said: Partial<Said> = {}): Said => ({
    id: '',
    destination: 'http://ref.localhost:8000/auth/v1/sso/saml/acs',
    recipient: 'http://ref.localhost:8000/auth/v1/sso/saml/acs',
    audience: 'http://ref.localhost:8000/auth/v1/sso/saml/metadata',
    issuer: entityId,
    inResponseTo: undefined,
    issued: 0,
    from: -10,
    until: 60,
    sessionUntil: undefined,
    nameId: 'ada-at-work',
    nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    attributes: { mail: 'ada@work.test' },
    status: 'Success',
    method: 'bearer',
    ...said,
  })

  const answer = async (service: TestAuth, said: Partial<Said> = {}, how: How = {}): Promise<string> => {
    const { body } = await service.ask('GET', '/sso/saml/metadata')
    return respond(String(body), entityId, says(said), how)
  }

  const post = (service: TestAuth, form: Partial<Form>): Promise<Answer> =>
    service.ask('POST', '/sso/saml/acs', new URLSearchParams(form).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

  /** The whole way: asks us for the address, answers there, posts the answer back. */
  const signIn = async (service: TestAuth, wish: object, said: Partial<Said> = {}, how: How = {}) => {
    const { body } = await service.ask('POST', '/sso', { skip_http_redirect: true, ...wish })
    const { request, relayState } = await readRequest(service, body.url)
    const inResponseTo = request.request.id
    return post(service, {
      SAMLResponse: await answer(service, { inResponseTo, ...said }, how),
      RelayState: relayState,
    })
  }

  return {
    address,
    entityId,
    asked,
    serve: (next: typeof handle) => {
      handle = next
    },
    metadata,
    readRequest,
    answer,
    post,
    signIn,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}
