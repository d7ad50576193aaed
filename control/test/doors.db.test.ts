// Every door beside the operations, as the server really has them: what it answers to somebody who brings nothing.
// A route without a row here fails.

import { makeServer } from '@plinth/http'
import { afterAll, expect, test } from 'vitest'
import { operations } from '../src/index.ts'
import { testControl } from './test-control.ts'

const t = await testControl()
afterAll(() => t.close())

/** 200: open to everybody; 303: signs in first; 4xx: asks for something. */
const doors: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '/health', 200],
  ['GET', '/api/v1-json', 200],
  ['GET', '/v1/openapi.json', 200],
  ['GET', '/docs', 200],
  ['GET', '/assets/pages.css', 200],
  ['GET', '/login', 200],
  ['POST', '/login', 403],
  ['POST', '/logout', 403],
  ['GET', '/signup', 400],
  ['POST', '/signup', 403],
  ['GET', '/account', 303],
  ['POST', '/account', 403],
  ['GET', '/projects/:ref/inbox', 303],
  ['GET', '/projects/:ref/inbox/:id', 303],
  ['GET', '/projects/:ref/inbox/:id/letter', 303],
  ['GET', '/cli/login', 400],
  ['POST', '/cli/login', 403],
  ['GET', '/oauth/consent', 400],
  ['POST', '/oauth/consent', 403],
  ['GET', '/oauth/claim', 400],
  ['POST', '/oauth/claim', 403],
  ['GET', '/v1/oauth/authorize', 400],
  ['GET', '/v1/oauth/authorize/project-claim', 401],
  ['POST', '/v1/oauth/token', 401],
  ['POST', '/v1/oauth/revoke', 401],
  ['POST', '/v1/oauth/register', 400],
  ['OPTIONS', '/v1/oauth/token', 204],
  ['OPTIONS', '/v1/oauth/revoke', 204],
  ['OPTIONS', '/v1/oauth/register', 204],
  ['GET', '/.well-known/oauth-authorization-server', 200],
  ['GET', '/.well-known/oauth-authorization-server/mcp', 200],
  ['GET', '/.well-known/oauth-protected-resource', 200],
  ['GET', '/.well-known/oauth-protected-resource/mcp', 200],
  ['GET', '/platform/cli/login/:session_id', 404],
  ['GET', '/mcp', 401],
  ['POST', '/mcp', 401],
  ['DELETE', '/mcp', 401],
  ['OPTIONS', '/mcp', 204],
]

test('every route is an operation or stands in the table', async () => {
  const app = makeServer({ observe: t.observe })
  const routes = new Set<string>()
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`)
  })
  await app.register(t.control.service)
  await app.ready()
  await app.close()
  const known = [
    ...operations.map(({ rest }) => `${rest.method} ${rest.path}`),
    ...doors.map(([method, path]) => `${method} ${path}`),
  ]
  expect([...routes].filter((route) => !known.includes(route))).toEqual([])
  expect(doors.map(([method, path]) => `${method} ${path}`).filter((route) => !routes.has(route))).toEqual([])
})

test.each(doors)('%s %s', async (method, path, status) => {
  const isPage = /^\/(login|logout|signup|account|projects|cli|oauth)/.test(path)
  const reply = await t.call(method, path, {
    ...(method === 'POST' && { body: isPage ? 'a=1' : {} }),
    headers: isPage ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
  })
  expect(reply.status === 503 ? 200 : reply.status).toBe(status)
  if (isPage && status !== 303) {
    expect(reply.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(reply.headers['x-frame-options']).toBe('DENY')
  }
})
