// A real OpenID provider for tests, and the browser that signs somebody in there.

import Provider from 'oidc-provider'
import type { Answer, TestAuth } from './test-auth.ts'

export const callback = 'http://ref.localhost:8000/auth/v1/callback'

/** People of the OpenID provider. */
export const people: Record<string, object> = {
  ada: { email: 'ada@oidc.test', email_verified: true, name: 'Ada', picture: 'https://oidc.test/ada.png' },
  eve: { email: 'eve@oidc.test', email_verified: false, name: 'Eve' },
}

export const openIdProvider = (address: string) => {
  const provider = new Provider(address, {
    clients: [{ client_id: 'plinth', client_secret: 'sesame', redirect_uris: [callback] }],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    // Nobody is asked anything: who signs in stands in `login_hint`.
    interactions: {
      url: (context) => `/enter?who=${context.oidc.params?.['login_hint']}`,
    },
    cookies: { keys: ['a-key'] },
  })
  provider.use(async (context, next) => {
    if (context.path !== '/enter') return next()
    const { prompt, params } = await provider.interactionDetails(context.req, context.res)
    const accountId = String(context.query['who'])
    if (prompt.name === 'login') {
      await provider.interactionFinished(context.req, context.res, { login: { accountId } })
    } else {
      const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
      grant.addOIDCScope('openid email profile')
      const consent = { grantId: await grant.save() }
      await provider.interactionFinished(
        context.req,
        context.res,
        { consent },
        { mergeWithLastSubmission: true },
      )
    }
    context.respond = false
  })
  return provider
}

/** What a browser does: follows redirects with cookies until it is back at our callback. */
export const browse = async (start: string): Promise<string> => {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < 12 && !url.startsWith(callback); step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const next = response.headers.get('location')
    if (next === null) throw new Error(`${response.status} at ${url}: ${await response.text()}`)
    url = new URL(next, url).toString()
  }
  return url
}

export const fragmentOf = ({ headers }: Answer) =>
  new URLSearchParams(new URL(headers['location'] ?? '').hash.slice(1))
export const queryOf = ({ headers }: Answer) => new URL(headers['location'] ?? '').searchParams
export const comeBack = (service: TestAuth, url: string) =>
  service.ask('GET', `/callback?${url.split('?')[1]}`)
