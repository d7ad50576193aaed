// Clients that register themselves, and the metadata that leads them here.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { authorizePath, newVerifier } from './apps.ts'
import { codeOf, openFlow } from './flow.ts'

const t = await testControl()
afterAll(() => t.close())
const { browser, exchange } = await openFlow(t)

describe('clients that register themselves', () => {
  const register = (body: object) => t.call('POST', '/v1/oauth/register', { body })

  test('get an id, and a secret when they can keep one', async () => {
    const kept = await register({
      redirect_uris: ['http://localhost:9/cb'],
      client_name: 'Editor',
      scope: 'projects:read',
    })
    expect(kept).toMatchObject({
      status: 201,
      body: { client_secret: expect.any(String), client_secret_expires_at: 0, scope: 'projects:read' },
    })
    const open = await register({ redirect_uris: ['editor://cb'], token_endpoint_auth_method: 'none' })
    expect(open.status).toBe(201)
    expect(open.body).not.toHaveProperty('client_secret')
    const { verifier, challenge } = newVerifier()
    const params = { redirect_uri: 'editor://cb' }
    const refused = await browser.open(authorizePath(open.body.client_id, params))
    expect(refused.location).toContain('editor://cb?error=invalid_request')
    const path = authorizePath(open.body.client_id, {
      ...params,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      resource: 'http://localhost:8000/mcp',
    })
    const page = await browser.open((await browser.open(path)).location)
    expect(page.text).toContain('registered itself')
    const back = await browser.submit(page, '/oauth/consent', {
      decision: 'allow',
      organization: t.organization,
      reach: 'all',
    })
    const fields = { client_id: open.body.client_id, code: codeOf(back), code_verifier: verifier, ...params }
    expect((await exchange(fields)).status).toBe(201)
  })

  test.each([
    ['javascript:alert(1)'],
    ['http://elsewhere.example/cb'],
    ['https://user:pass@app.example/cb'],
    ['https://app.example/cb#part'],
    ['data:text/html,x'],
    ['/relative'],
  ])('may not come back to %s', async (uri) => {
    expect(await register({ redirect_uris: [uri] })).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    })
  })

  test('must say something', async () => {
    expect(await register({})).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })
})

test('the metadata names where everything is', async () => {
  const get = async (path: string) =>
    (await t.call('GET', path, { headers: { host: 'localhost:8000' } })).body
  const server = await get('/.well-known/oauth-authorization-server')
  expect(server).toMatchObject({
    issuer: 'http://localhost:8000',
    authorization_endpoint: 'http://localhost:8000/v1/oauth/authorize',
    token_endpoint: 'http://localhost:8000/v1/oauth/token',
    code_challenge_methods_supported: ['S256', 'plain'],
  })
  expect(await get('/.well-known/oauth-protected-resource/mcp')).toMatchObject({
    resource: 'http://localhost:8000/mcp',
    authorization_servers: [server.issuer],
  })
})
