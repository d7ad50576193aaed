// Every switch of the standalone server: the settings it is started with, and what they make of a request.

import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import type { Ask } from './a-server.ts'

export const secret = 'reallyreallyreallyreallyverysafe'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const token = (claims: object, key = secret) => {
  const text = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
export const as = (role: string) => ({ headers: { authorization: `Bearer ${token({ role })}` } })

export const list = '/items?select=id'

type Case = readonly [path: string, ask: Ask, expected: object]
type Switch = readonly [name: string, changes: Record<string, string>, cases: readonly Case[]]

export const plan = { headers: { accept: 'application/vnd.pgrst.plan+json' } }
export const cors = { headers: { origin: 'https://app.example' } }

export const switches: readonly Switch[] = [
  [
    'as it comes',
    {},
    [
      [list, {}, { status: 200, body: [{ id: 1 }, { id: 2 }, { id: 3 }] }],
      ['/secrets', {}, { status: 401, body: { code: '42501' }, headers: { 'www-authenticate': 'Bearer' } }],
      ['/secrets', as('service_role'), { status: 200, body: [] }],
      ['/items?select=id.sum()', {}, { status: 400, body: { code: 'PGRST123' } }],
      [list, plan, { status: 406 }],
      ['/things', { headers: { 'accept-profile': 'other' } }, { status: 406, body: { code: 'PGRST106' } }],
      [list, cors, { headers: { 'access-control-allow-origin': '*' } }],
      [
        '/rpc/setting?name=request.jwt.claims',
        as('service_role'),
        { body: JSON.stringify({ role: 'service_role' }) },
      ],
      [
        '/items',
        { headers: { authorization: 'Bearer x' } },
        {
          status: 401,
          body: { code: 'PGRST301', message: 'Expected 3 parts in JWT; got 1', details: null, hint: null },
          headers: {
            'www-authenticate':
              'Bearer error="invalid_token", error_description="Expected 3 parts in JWT; got 1"',
            'proxy-status': 'PostgREST; error=PGRST301',
          },
        },
      ],
    ],
  ],
  [
    'schemas, rows, aggregates and plans',
    {
      PGRST_DB_SCHEMAS: 'public, other',
      PGRST_DB_MAX_ROWS: '2',
      PGRST_DB_AGGREGATES_ENABLED: 'true',
      PGRST_DB_PLAN_ENABLED: 'true',
      PGRST_DB_PREPARED_STATEMENTS: 'false',
      PGRST_APP_SETTINGS_greeting: 'hi',
      PGRST_SERVER_TRACE_HEADER: 'X-Trace',
    },
    [
      ['/things', { headers: { 'accept-profile': 'other' } }, { status: 200, body: [] }],
      [list, {}, { body: [{ id: 1 }, { id: 2 }], headers: { 'content-profile': 'public' } }],
      ['/items?select=id.sum()', {}, { status: 200, body: [{ sum: 6 }] }],
      [list, plan, { status: 200 }],
      ['/rpc/setting?name=app.settings.greeting', {}, { body: 'hi' }],
      [list, { headers: { 'x-trace': '7' } }, { headers: { 'x-trace': '7' } }],
    ],
  ],
  [
    'no anonymous role, another root, listed origins',
    {
      PGRST_DB_ANON_ROLE: '',
      PGRST_DB_ROOT_SPEC: 'public.hello',
      PGRST_SERVER_CORS_ALLOWED_ORIGINS: 'https://app.example, https://other.example',
      PGRST_SERVER_TIMING_ENABLED: 'true',
      PGRST_JWT_AUD: 'us',
      PGRST_JWT_ROLE_CLAIM_KEY: '$.roles[0]',
    },
    [
      [list, {}, { status: 401, body: { code: 'PGRST302' }, headers: { 'www-authenticate': 'Bearer' } }],
      [
        '/',
        { headers: { authorization: `Bearer ${token({ roles: ['service_role'], aud: 'us' })}` } },
        {
          status: 200,
          body: 'hello',
          headers: { 'server-timing': expect.stringContaining('transaction;dur=') },
        },
      ],
      [
        '/items',
        {
          method: 'OPTIONS',
          headers: { authorization: `Bearer ${token({ roles: ['service_role'], aud: 'us' })}` },
        },
        {
          status: 200,
          headers: {
            'server-timing': expect.stringMatching(/^jwt;dur=\S+, parse;dur=\S+, response;dur=\S+$/),
          },
        },
      ],
      [
        '/',
        { headers: { authorization: `Bearer ${token({ roles: ['service_role'], aud: 'them' })}` } },
        { status: 401, body: { code: 'PGRST303', message: 'JWT not in audience' } },
      ],
      [
        list,
        { method: 'OPTIONS', headers: { ...cors.headers, 'access-control-request-method': 'POST' } },
        {
          status: 200,
          headers: {
            'access-control-allow-origin': 'https://app.example',
            'access-control-allow-credentials': 'true',
            'access-control-max-age': '86400',
          },
        },
      ],
    ],
  ],
  [
    'no secret, a check before each request, no OpenAPI document',
    {
      PGRST_JWT_SECRET: '',
      PGRST_DB_PRE_REQUEST: 'refuse',
      PGRST_OPENAPI_MODE: 'disabled',
      PGRST_CLIENT_ERROR_VERBOSITY: 'minimal',
    },
    [
      [
        list,
        as('service_role'),
        { status: 500, body: { code: 'PGRST300', message: 'Server lacks JWT secret' } },
      ],
      [list, {}, { status: 400, body: { code: 'P0001', message: 'not today' } }],
      ['/', {}, { status: 404, body: { code: 'PGRST126' } }],
    ],
  ],
]
