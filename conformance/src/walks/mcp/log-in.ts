// A client that knows nothing but the address: it is refused, finds the way by metadata, registers itself, sends its
// person to agree, and comes back with a token.

import assert from 'node:assert/strict'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import type { Installation } from '@plinth/e2e'
import { signIn } from '../../visitor.ts'
import { loadClient } from './load-client.ts'

const redirectUrl = 'http://localhost:5/callback'

const makeProvider = (onAuthorize: (url: URL) => void): OAuthClientProvider => {
  const kept = new Map<string, unknown>()
  const read = (name: string) => kept.get(name) as never // as it was saved
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Editor',
      redirect_uris: [redirectUrl],
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

/** Answers the names of the organizations that the client sees in the end. */
export const logInByOAuth = async (installation: Installation): Promise<readonly string[]> => {
  const { Client, StreamableHTTPClientTransport } = await loadClient()
  let asked: URL | undefined
  const authProvider = makeProvider((url) => {
    asked = url
  })
  const url = new URL(`http://localhost:${installation.port}/mcp?features=account`)
  const first = new StreamableHTTPClientTransport(url, { authProvider })
  await assert.rejects(new Client({ name: 'editor', version: '1' }).connect(first))
  assert.equal(asked?.searchParams.get('code_challenge_method'), 'S256')

  const visitor = await signIn(installation, 'editor@example.com')
  const sent = await visitor.open(`${asked?.pathname}${asked?.search}`)
  const page = await visitor.open(sent.location)
  const organization = /<option value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const agreed = { decision: 'allow', organization, reach: 'all' }
  const back = new URL((await visitor.submit(page, '/oauth/consent', agreed)).location)
  await first.finishAuth(back.searchParams.get('code') ?? '')

  const client = new Client({ name: 'editor', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider }))
  const { content } = await client.callTool({ name: 'list_organizations', arguments: {} })
  await client.close()
  const [text] = content
  assert.equal(text?.type, 'text')
  const { organizations } = JSON.parse(text.text) as { organizations: readonly { name: string }[] }
  return organizations.map(({ name }) => name)
}
