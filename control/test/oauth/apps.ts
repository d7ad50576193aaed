// OAuth apps and authorizations for tests.

import { createHash, randomBytes } from 'node:crypto'
import { addPerson } from '../../src/accounts/people.ts'
import { insertGrant, insertTokens } from '../../src/oauth/grants.ts'
import { openBrowser } from '../browser.ts'
import type { TestControl } from '../test-control.ts'

export const password = 'correct horse battery'
export const callback = 'https://platform.example/callback'

export const newApp = async (t: TestControl, wish: object = {}) => {
  const reply = await t.asOwner('POST', `/platform/organizations/${t.organization}/oauth/apps`, {
    name: 'Builder',
    redirect_uris: [callback],
    scopes: ['projects:read', 'database:read'],
    ...wish,
  })
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body))
  return reply.body as { id: string; client_id: string; client_secret: string }
}

let people = 0

/** A browser of somebody new who has signed in. */
export const signedIn = async (
  t: TestControl,
  member?: { organization: string; role: 'owner' | 'developer' },
) => {
  people += 1
  const email = `guest${people}@example.com`
  await addPerson(t.pool, { email, role: member?.role ?? 'developer', password, ...member })
  const browser = openBrowser(t)
  await browser.signIn(email, password)
  return { browser, email }
}

export const newVerifier = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export const authorizePath = (clientId: string, params: Record<string, string> = {}): string =>
  `/v1/oauth/authorize?${new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: 'code',
    ...params,
  })}`

export const form = (t: TestControl, path: string, fields: Record<string, string>, headers: object = {}) =>
  t.call('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** A token of an app that the owner let into the organization with these scopes. */
export const newAppToken = async (t: TestControl, scopes: readonly string[]): Promise<string> => {
  const { id: appId } = await newApp(t)
  const grant = { appId, accountId: t.owner.id, organizationId: t.organization, scopes, projectRefs: null }
  const grantId = await insertGrant(t.pool, grant)
  const row = { grant_id: grantId, app_id: appId, account_id: t.owner.id, project_refs: null }
  return (await insertTokens(t.pool, row)).accessToken
}
