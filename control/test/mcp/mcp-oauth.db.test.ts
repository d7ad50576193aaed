// A client that knows nothing but the address: it is refused, finds the way by metadata, registers itself, sends
// its person to agree, and comes back with a token. All of it done by the official client.

import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, expect, test } from 'vitest'
import { signedIn } from '../oauth/apps.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
// What the browser calls us: the helper speaks to the same server under this name.
const address = (await t.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost')
afterAll(() => t.close())

const makeProvider = (onAuthorize: (url: URL) => void): OAuthClientProvider => {
  const kept = new Map<string, unknown>()
  const read = (name: string) => kept.get(name) as never // as it was saved
  return {
    redirectUrl: 'http://localhost:5/callback',
    clientMetadata: {
      client_name: 'Editor',
      redirect_uris: ['http://localhost:5/callback'],
      token_endpoint_auth_method: 'none',
    },
    state: () => 'state-1',
    clientInformation: () => read('client'),
    saveClientInformation: (client) => void kept.set('client', client),
    tokens: () => read('tokens'),
    saveTokens: (tokens) => void kept.set('tokens', tokens),
    saveCodeVerifier: (verifier) => void kept.set('verifier', verifier),
    codeVerifier: () => read('verifier'),
    saveDiscoveryState: (state) => void kept.set('discovery', state),
    discoveryState: () => read('discovery'),
    redirectToAuthorization: onAuthorize,
  }
}

test('from a bare address to tools', async () => {
  const { browser } = await signedIn(t, { organization: t.organization, role: 'developer' })
  let asked: URL | undefined
  const provider = makeProvider((url) => {
    asked = url
  })
  const url = new URL(`${address}/mcp?features=account`)
  const first = new StreamableHTTPClientTransport(url, { authProvider: provider })
  await expect(new Client({ name: 'editor', version: '1' }).connect(first)).rejects.toThrow()
  expect(asked?.searchParams.get('code_challenge_method')).toBe('S256')
  expect(asked?.searchParams.get('resource')).toBe(`${address}/mcp`)

  const host = { host: new URL(address).host }
  const path = `${asked?.pathname}${asked?.search}`
  const sent = await browser.send('GET', path, { headers: host })
  const page = await browser.open(sent.location)
  expect(page.text).toContain('registered itself')
  const agreed = { decision: 'allow', organization: t.organization, reach: 'all' }
  const back = new URL((await browser.submit(page, '/oauth/consent', agreed)).location)
  expect(back.searchParams.get('state')).toBe('state-1')

  await first.finishAuth(back.searchParams.get('code') ?? '')
  const client = new Client({ name: 'editor', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }))
  const result = await client.callTool({ name: 'list_organizations', arguments: {} })
  expect(JSON.stringify(result.content)).toContain(t.organization)
  await client.close()
})
