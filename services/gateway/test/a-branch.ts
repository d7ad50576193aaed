// One branch's keys for the gateway's tests, and a service that says what it saw.

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { StackSpec } from '@plinth/contracts'
import { makeSigner, newApiKey, sha256Base64Url, signHs256 } from '@plinth/crypto'
import {
  type DirectService,
  makeServer,
  NodeCarrier,
  type ServerOptions,
  type ServicePlugin,
} from '@plinth/http'
import { gatewayDialect, makeGateway } from '../src/index.ts'

const ref = StackSpec.shape.ref.parse('abcdefghijklmnopqrst')
const secret = 'a secret of more than thirty-two letters'
const year = 31_536_000
const now = Math.floor(Date.now() / 1000)

const legacy = (role: string) =>
  signHs256(secret, { iss: 'supabase', ref, role, iat: now - 60, exp: now + 10 * year })

const es256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
const signingKeys = [
  { id: 'key-1', algorithm: 'ES256', status: 'in_use', jwk: { ...es256, kid: 'key-1' } },
] as const

const anon = legacy('anon')
const service = legacy('service_role')
const publishable = newApiKey('publishable', ref)
const secretKey = newApiKey('secret', ref)
const reporter = newApiKey('secret', ref)

const userClaims = { sub: '8a6e0804-2bd0-4672-b79d-d97027f9071a', role: 'authenticated', iat: now }
const user = signHs256(secret, { ...userClaims, exp: now + 3600 })
const unsigned = (header: object, claims: object) =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')

export const keys = {
  anon,
  service,
  publishable,
  secret: secretKey,
  reporter,
  foreign: newApiKey('secret', ref),
}

export const tokens = {
  user,
  userEs256: await makeSigner({ secret, signingKeys }).sign({ ...userClaims, exp: now + 3600 }),
  roleless: signHs256(secret, { sub: userClaims.sub, exp: now + 3600 }),
  expired: signHs256(secret, { ...userClaims, exp: now - 3600 }),
  early: signHs256(secret, { ...userClaims, nbf: now + 3600, exp: now + 7200 }),
  algNone: `${unsigned({ alg: 'none', typ: 'JWT' }, { ...userClaims, role: 'service_role' })}.`,
  unknownKid: signHs256(secret, { ...userClaims, exp: now + 3600 }, { kid: 'no-such-key' }),
  forged: signHs256('another secret of thirty-two letters..', { role: 'service_role', exp: now + 3600 }),
}

export const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36'

const apiKeys = [
  { id: 'anon', type: 'legacy', name: 'anon', key: anon, role: 'anon' },
  { id: 'service_role', type: 'legacy', name: 'service_role', key: service, role: 'service_role' },
  { id: '1', type: 'publishable', name: 'default', key: publishable, role: 'anon' },
  { id: '2', type: 'secret', name: 'default', key: secretKey, role: 'service_role' },
  { id: '3', type: 'secret', name: 'reports', key: reporter, role: 'reporter' },
] as const

/** The slice of a spec that the gateway reads. */
export const branch = {
  ref,
  jwt: { secret, legacyKeysEnabled: true, signingKeys: [...signingKeys] },
  apiKeys: apiKeys.map(({ key, ...rest }) => ({ ...rest, hash: sha256Base64Url(key) })),
  limits: { bodyBytes: 1000, maxConnections: 60 },
}

/** Answers every request with what it saw. */
export const mirror: ServicePlugin = async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_, payload, done) => {
    payload.resume()
    done(null)
  })
  app.all('/*', async (request) => ({
    url: request.url,
    query: request.query,
    role: request.caller.role,
    claims: request.caller.claims,
    kind: request.caller.keyKind,
    token: request.caller.token,
    problem: request.tokenProblem?.reason,
    authorization: request.headers.authorization,
  }))
}

/** The same on the hot line. */
const directMirror: DirectService = {
  name: 'mirror',
  answer: async ({ path, query, headers, caller, tokenProblem }) => ({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      url: query === '' ? path : `${path}?${query}`,
      query: Object.fromEntries(new URLSearchParams(query)),
      role: caller?.role,
      claims: caller?.claims,
      kind: caller?.keyKind,
      token: caller?.token,
      problem: tokenProblem?.reason,
      authorization: headers.authorization,
    }),
  }),
  dialect: ({ status, code }) => ({ status, body: { mirrored: code } }),
}

export type Ask = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Told = { readonly status: number; readonly headers: Headers; readonly text: string }

/** A branch's gateway on a port, as a stack carries it: REST on the hot line, the rest behind the framework. */
export const serveBranch = async (spec: typeof branch, observe: ServerOptions['observe']) => {
  const gateway = makeGateway({
    spec,
    services: { auth: mirror, functions: mirror },
    direct: { rest: directMirror },
    observe,
  })
  const app = makeServer({
    observe,
    dialect: gatewayDialect,
    bodyLimit: spec.limits.bodyBytes,
    trustProxy: true,
    serverFactory: (framework) =>
      createServer((request, response) => {
        const direct = gateway.findDirect(request.url ?? '/')
        if (direct === undefined) framework(request, response)
        else direct(new NodeCarrier(request, response))
      }),
  })
  await app.register(gateway.plugin)
  const address = await app.listen({ port: 0 })
  return {
    ask: async (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Told> => {
      const all = { 'user-agent': 'node', connection: 'close', ...headers }
      const answer = await fetch(`${address}${path}`, {
        method,
        headers: all,
        ...(body === undefined ? {} : { body }),
      })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    },
    close: () => app.close(),
  }
}
