// Services that need more than a code, or tell who somebody is in ways of their own: doubles over HTTP that check what
// they are asked.

import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeOutbound, type Outbound, parseAllowedNetwork } from '@plinth/http'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, queryOf } from '../open-id-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

type Answer = { readonly status?: number; readonly text: string }
let answer: (request: IncomingMessage, url: URL) => Answer | Promise<Answer> = () => ({ text: '' })
const server = createServer((request, response) => {
  const named = String(request.headers['x-meant-for'])
  void Promise.resolve(answer(request, new URL(named))).then(({ status = 200, text }) =>
    response.writeHead(status).end(text),
  )
})
let project: TestProject
beforeAll(async () => {
  project = await testProject()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await project.drop()
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})

const anywhere = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.1') })
/** Every service of the world is the double; where a request was meant to go stands in a header. */
const outbound: Outbound = ({ url, headers, ...rest }) => {
  const { port } = server.address() as AddressInfo
  return anywhere({ ...rest, url: `http://127.0.0.1:${port}/`, headers: { ...headers, 'x-meant-for': url } })
}
const withProvider = (name: string) =>
  project.auth(
    {
      [`external_${name}_enabled`]: true,
      [`external_${name}_client_id`]: 'consumer key',
      [`external_${name}_secret`]: 'consumer&secret',
    },
    { outbound },
  )
const start = async (service: TestAuth, name: string) => {
  const { body } = await service.ask('GET', `/authorize?provider=${name}&skip_http_redirect=true`)
  return new URL(body.url)
}
const userOf = async (
  service: TestAuth,
  reply: { headers: Record<string, string>; status: number; body: any },
) => {
  const token = fragmentOf(reply).get('access_token') ?? ''
  return (await service.ask('GET', '/user', undefined, { token })).body
}

describe('Twitter (OAuth 1.0a)', () => {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  /** Section 3.4 of RFC 5849, as the service does it. */
  const readSigned = (request: IncomingMessage, url: URL, tokenSecret: string) => {
    const header = String(request.headers.authorization).replace(/^OAuth /, '')
    const pairs = header.split(', ').map((pair) => /^([^=]+)="(.*)"$/.exec(pair)?.slice(1) ?? [])
    const given = Object.fromEntries(
      pairs.map(([name = '', value = '']) => [name, decodeURIComponent(value)]),
    )
    const { oauth_signature, ...signed } = given
    const all = [...Object.entries(signed), ...url.searchParams].map(([name, value]) => [
      encode(name),
      encode(value),
    ])
    const text = all
      .map((pair) => pair.join('='))
      .sort()
      .join('&')
    const base = [request.method ?? '', `${url.origin}${url.pathname}`, text].map(encode).join('&')
    const key = `${encode('consumer&secret')}&${encode(tokenSecret)}`
    expect(createHmac('sha1', key).update(base).digest('base64')).toBe(oauth_signature)
    expect(given).toMatchObject({ oauth_consumer_key: 'consumer key', oauth_signature_method: 'HMAC-SHA1' })
    return given
  }

  let callback = ''
  const twitter: typeof answer = (request, url) => {
    if (url.pathname === '/oauth/request_token') {
      callback = readSigned(request, url, '')['oauth_callback'] ?? ''
      return { text: 'oauth_token=rt&oauth_token_secret=r%2Fs&oauth_callback_confirmed=true' }
    }
    if (url.pathname === '/oauth/access_token') {
      const given = readSigned(request, url, 'r/s')
      if (given['oauth_verifier'] !== 'good' || given['oauth_token'] !== 'rt')
        return { status: 401, text: '' }
      return { text: 'oauth_token=at&oauth_token_secret=as&user_id=7' }
    }
    expect(`${url.origin}${url.pathname}`).toBe('https://api.twitter.com/1.1/account/verify_credentials.json')
    expect(url.searchParams.get('include_email')).toBe('true')
    readSigned(request, url, 'as')
    const user = {
      id_str: '7',
      name: 'Gus',
      screen_name: 'gus',
      email: 'gus@twitter.test',
      profile_image_url_https: 'https://p.test/g.png',
    }
    return { text: JSON.stringify(user) }
  }

  it('takes a request token along and comes back as somebody', async () => {
    answer = twitter
    const service = await withProvider('twitter')
    const url = await start(service, 'twitter')
    expect(url.toString()).toBe('https://api.twitter.com/oauth/authenticate?oauth_token=rt')
    expect(callback).toMatch(/^http:\/\/ref\.localhost:8000\/auth\/v1\/callback\?state=[0-9a-f-]{36}$/)
    const back = `/callback${new URL(callback).search}`
    const reply = await service.ask('GET', `${back}&oauth_token=rt&oauth_verifier=good`)
    expect(fragmentOf(reply).get('provider_token')).toBe('at')
    expect(await userOf(service, reply)).toMatchObject({
      email: 'gus@twitter.test',
      app_metadata: { provider: 'twitter' },
      user_metadata: {
        user_name: 'gus',
        full_name: 'Gus',
        provider_id: '7',
        avatar_url: 'https://p.test/g.png',
      },
    })
    const again = await service.ask('GET', `${back}&oauth_token=rt&oauth_verifier=good`)
    expect(queryOf(again).get('error')).toBeTruthy()
  })

  it.each([
    ['the token of somebody else', '&oauth_token=other&oauth_verifier=good', 'bad_oauth_state'],
    ['no verifier', '&oauth_token=rt', 'bad_oauth_callback'],
    ['a wrong verifier', '&oauth_token=rt&oauth_verifier=bad', 'unexpected_failure'],
  ])('lets nobody in with %s', async (_name, more, code) => {
    answer = twitter
    const service = await withProvider('twitter')
    await start(service, 'twitter')
    const reply = await service.ask('GET', `/callback${new URL(callback).search}${more}`)
    expect(queryOf(reply).get('error_code')).toBe(code)
    expect(fragmentOf(reply).get('access_token')).toBeNull()
  })

  it('says so when somebody declines, or when it cannot be reached', async () => {
    answer = twitter
    const service = await withProvider('twitter')
    await start(service, 'twitter')
    const reply = await service.ask('GET', `/callback${new URL(callback).search}&denied=rt`)
    expect(queryOf(reply).get('error')).toBe('access_denied')
    answer = () => ({ status: 401, text: '' })
    const refused = await service.ask('GET', '/authorize?provider=twitter')
    expect(refused).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
  })
})

const vercelKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
const json = (value: unknown): Answer => ({ text: JSON.stringify(value) })
const tokens = json({ access_token: 'at' })

type Row = {
  readonly name: string
  readonly authorize: string
  readonly scope: string
  readonly answer: typeof answer
  readonly user: object
}
const rows: readonly Row[] = [
  {
    name: 'fly',
    authorize: 'https://api.fly.io/oauth/authorize',
    scope: 'read',
    answer: (_request, { pathname }) =>
      pathname === '/oauth/token'
        ? tokens
        : json({
            user_id: 'f1',
            user_name: 'Flo',
            email: 'flo@fly.test',
            organizations: [{ id: 'o', role: 'admin' }],
          }),
    user: {
      email: 'flo@fly.test',
      user_metadata: { full_name: 'Flo', custom_claims: { organizations: [{ id: 'o' }] } },
    },
  },
  {
    name: 'linkedin',
    authorize: 'https://api.linkedin.com/oauth/v2/authorization',
    scope: 'r_emailaddress r_liteprofile',
    answer: (_request, { pathname }) => {
      if (pathname === '/oauth/v2/accessToken') return tokens
      if (pathname === '/v2/emailAddress')
        return json({ elements: [{ 'handle~': { emailAddress: 'lin@in.test' } }] })
      const name = (text: string) => ({
        localized: { en_US: text },
        preferredLocale: { country: 'US', language: 'en' },
      })
      const picture = {
        'displayImage~': { elements: [{ identifiers: [{ identifier: 'https://p.test/l.png' }] }] },
      }
      return json({ id: 'l1', firstName: name('Lin'), lastName: name('Ked'), profilePicture: picture })
    },
    user: {
      email: 'lin@in.test',
      user_metadata: { full_name: 'Lin Ked', avatar_url: 'https://p.test/l.png' },
    },
  },
  {
    name: 'snapchat',
    authorize: 'https://accounts.snapchat.com/accounts/oauth2/auth',
    scope: ['external_id', 'display_name', 'bitmoji.avatar']
      .map((name) => `https://auth.snapchat.com/oauth2/api/user.${name}`)
      .join(' '),
    answer: (_request, { pathname, searchParams }) => {
      if (pathname === '/accounts/oauth2/token') return tokens
      expect(searchParams.get('query')).toMatch(/^\{me \{ externalId/)
      return json({
        data: {
          me: {
            externalId: 's1',
            displayName: 'Sna',
            email: 'sna@chat.test',
            bitmoji: { avatar: 'https://p.test/s.png' },
          },
        },
      })
    },
    user: { email: 'sna@chat.test', user_metadata: { full_name: 'Sna', provider_id: 's1', slug: 'Sna' } },
  },
  {
    name: 'vercel_marketplace',
    authorize: 'https://api.vercel.com/oauth/v2/authorization',
    scope: '',
    answer: async (_request, { pathname }) => {
      const issuer = 'https://marketplace.vercel.com'
      if (pathname.endsWith('openid-configuration')) return json({ issuer, jwks_uri: `${issuer}/jwks` })
      if (pathname === '/jwks')
        return json({ keys: [{ ...vercelKey.publicKey.export({ format: 'jwk' }), kid: 'v', alg: 'RS256' }] })
      const claims = { global_user_id: 'g1', user_email: 'vee@vercel.test', user_name: 'Vee' }
      const id_token = await new SignJWT({ ...claims, iss: issuer, aud: 'consumer key', sub: 'v1' })
        .setProtectedHeader({ alg: 'RS256', kid: 'v' })
        .setExpirationTime('5m')
        .sign(vercelKey.privateKey)
      return json({ access_token: 'at', id_token })
    },
    user: { email: 'vee@vercel.test', user_metadata: { full_name: 'Vee', provider_id: 'global_user_id:g1' } },
  },
  {
    name: 'google',
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    scope: 'email profile',
    // Without an id token.
    answer: (_request, { pathname }) =>
      pathname === '/token'
        ? tokens
        : json({ id: 'go1', name: 'Gogo', email: 'go@gle.test', verified_email: true }),
    user: { email: 'go@gle.test', user_metadata: { full_name: 'Gogo', provider_id: 'go1' } },
  },
]

it.each(rows)('$name knows who somebody is', async ({ name, authorize, scope, answer: given, user }) => {
  answer = given
  const service = await withProvider(name)
  const url = await start(service, name)
  expect(`${url.origin}${url.pathname}`).toBe(authorize)
  expect(url.searchParams.get('scope') ?? '').toBe(scope)
  const reply = await service.ask('GET', `/callback?state=${url.searchParams.get('state')}&code=abc`)
  expect(await userOf(service, reply)).toMatchObject({ ...user, app_metadata: { provider: name } })
  const { body } = await service.ask('GET', '/settings')
  if (name !== 'vercel_marketplace') expect(body.external[name]).toBe(true)
})
