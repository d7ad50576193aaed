// Wrong tokens, keys, refs, bodies, SQL, sizes, JSON and routes: each is answered with its exact status and body.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Installation, startInstallation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'

let installation: Installation
let manage: Manage
let project: Project

beforeAll(async () => {
  installation = await startInstallation()
  manage = makeManage(installation)
  project = await createProject(manage, 'sturdy')
  await query(manage, project.ref, 'create table public.things (id int primary key, name text)')
})

afterAll(async () => installation?.remove())

const send = async (url: string, init: RequestInit) => {
  const reply = await fetch(url, init)
  const text = await reply.text()
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {}
  return { status: reply.status, body, headers: reply.headers }
}

const json = { 'content-type': 'application/json' }
const unknownRef = 'abcdefghijklmnopqrst'

type Case = {
  readonly name: string
  readonly method?: string
  readonly path: string
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly status: number
  readonly expected: unknown
}

const managementCases: readonly Case[] = [
  {
    name: 'no token',
    path: '/v1/projects',
    token: null,
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'unknown token',
    path: '/v1/projects',
    token: `sbp_${'0'.repeat(40)}`,
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'malformed token',
    path: '/v1/projects',
    token: 'hello',
    status: 401,
    expected: { message: expect.any(String) },
  },
  {
    name: 'unknown route',
    path: '/v1/nothing',
    status: 404,
    expected: { message: 'Cannot GET /v1/nothing' },
  },
  {
    name: 'malformed ref',
    path: '/v1/projects/UPPER',
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'unknown ref',
    path: `/v1/projects/${unknownRef}`,
    status: 404,
    expected: { message: expect.any(String) },
  },
  {
    name: 'empty body',
    method: 'POST',
    path: '/v1/projects',
    body: {},
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'broken JSON',
    method: 'POST',
    path: '/v1/projects',
    body: '{"name":',
    status: 400,
    expected: { message: expect.any(String) },
  },
  {
    name: 'wrong type',
    method: 'POST',
    path: '/v1/organizations',
    body: { name: 7 },
    status: 400,
    expected: { message: expect.anything() },
  },
  {
    name: 'SQL that fails',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'select * from nowhere' },
    status: 400,
    expected: {
      message:
        'Failed to run sql query: ERROR:  42P01: relation "nowhere" does not exist\nLINE 1: select * from nowhere\n                      ^\n',
    },
  },
  {
    name: 'SQL that asks for the server’s files',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: "select pg_read_file('/etc/passwd')" },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'SQL that asks for a program',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: "copy (select 1) to program 'id'" },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'SQL that asks for the superuser',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'reset role; set role supabase_admin' },
    status: 400,
    expected: { message: expect.stringContaining('42501') },
  },
  {
    name: 'a write on the read-only path',
    method: 'POST',
    path: '/v1/projects/{ref}/database/query',
    body: { query: 'create table public.sneaky (id int)', read_only: true },
    status: 400,
    expected: { message: expect.stringContaining('25006') },
  },
]

test.each(managementCases)(
  'Management API: $name',
  async ({ method = 'GET', path, token, body, status, expected }) => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token ?? installation.token}` }
    const reply = await send(`${installation.api}${path.replace('{ref}', project.ref)}`, {
      method,
      headers: { ...json, ...authorization },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    expect({ status: reply.status, body: reply.body }).toEqual({ status, body: expected })
  },
)

const gatewayCases: readonly Case[] = [
  {
    name: 'no key',
    path: '/rest/v1/things',
    status: 401,
    expected: { message: 'No API key found in request', hint: expect.anything() },
  },
  {
    name: 'unknown key',
    path: '/rest/v1/things',
    headers: { apikey: 'nonsense' },
    status: 401,
    expected: { message: 'Invalid API key', hint: expect.anything() },
  },
  {
    name: 'unknown path',
    path: '/nothing/here',
    headers: { apikey: 'anon' },
    status: 404,
    expected: expect.objectContaining({ message: expect.any(String) }),
  },
  {
    name: 'unknown table',
    path: '/rest/v1/thing',
    headers: { apikey: 'anon' },
    status: 404,
    expected: {
      code: 'PGRST205',
      details: null,
      hint: "Perhaps you meant the table 'public.things'",
      message: "Could not find the table 'public.thing' in the schema cache",
    },
  },
  {
    name: 'a query that does not parse',
    path: '/rest/v1/things?select=id,,name(',
    headers: { apikey: 'anon' },
    status: 400,
    expected: expect.objectContaining({ code: 'PGRST100' }),
  },
  {
    name: 'a filter that tries to be SQL',
    path: `/rest/v1/things?name=eq.${encodeURIComponent("x'; drop table things; --")}`,
    headers: { apikey: 'anon' },
    status: 200,
    expected: [],
  },
  {
    name: 'broken JSON to REST',
    method: 'POST',
    path: '/rest/v1/things',
    headers: { apikey: 'anon', ...json },
    body: '{"id":',
    status: 400,
    expected: { code: 'PGRST102', details: null, hint: null, message: 'Empty or invalid json' },
  },
  {
    name: 'broken token',
    path: '/rest/v1/things',
    headers: { apikey: 'anon', authorization: 'Bearer a.b.c' },
    status: 401,
    expected: expect.objectContaining({ code: 'PGRST301' }),
  },
  {
    name: 'broken JSON to auth',
    method: 'POST',
    path: '/auth/v1/signup',
    headers: { apikey: 'anon', ...json },
    body: '{"email":',
    status: 400,
    expected: {
      code: 400,
      error_code: 'bad_json',
      msg: expect.stringContaining('Could not parse request body as JSON'),
    },
  },
  {
    name: 'unknown grant',
    method: 'POST',
    path: '/auth/v1/token?grant_type=magic',
    headers: { apikey: 'anon', ...json },
    body: '{}',
    status: 400,
    expected: { code: 400, error_code: 'invalid_credentials', msg: 'unsupported_grant_type' },
  },
  {
    name: 'admin without the service key',
    path: '/auth/v1/admin/users',
    headers: { apikey: 'anon' },
    status: 403,
    expected: { code: 403, error_code: 'not_admin', msg: 'User not allowed' },
  },
]

test.each(gatewayCases)(
  'project: $name',
  async ({ method = 'GET', path, headers = {}, body, status, expected }) => {
    const key = headers['apikey'] === 'anon' ? { apikey: project.keys.anon } : {}
    const reply = await send(`${project.url}${path}`, {
      method,
      headers: { ...headers, ...key },
      ...(body === undefined ? {} : { body: String(body) }),
    })
    expect({ status: reply.status, body: reply.body }).toEqual({ status, body: expected })
    expect(reply.headers.get('access-control-allow-origin')).toBe('*')
  },
)

test('a body over the limit is refused and the connection stays usable', async () => {
  const auth = await send(`${project.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: project.keys.anon, ...json },
    body: JSON.stringify({ email: 'x@example.com', password: 'x'.repeat(2_000_000) }),
  })
  expect(auth.status).toBe(413)
  expect(auth.body).toMatchObject({ error_code: 'request_entity_too_large' })
  const manageReply = await manage('POST', `/v1/projects/${project.ref}/database/query`, {
    query: `select '${'x'.repeat(30_000_000)}'`,
  })
  expect(manageReply.status).toBe(413)
  expect((await manage('GET', '/v1/projects')).status).toBe(200)
})

test('a host of no project is answered in plain words', async () => {
  const { request } = await import('node:http')
  const reply = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(
      { port: installation.port, path: '/', headers: { host: `${unknownRef}.localhost` } },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode, text }))
      },
    )
    asked.on('error', reject).end()
  })
  expect(reply.status).toBe(404)
  expect(JSON.parse(reply.text).message).toContain(`${unknownRef}.localhost`)
})

test('each request on one kept-alive connection goes where its own Host says', async () => {
  const { connect } = await import('node:net')
  const head = (host: string) =>
    `GET /auth/v1/health HTTP/1.1\r\nhost: ${host}\r\napikey: ${project.keys.anon}\r\n\r\n`
  const text = await new Promise<string>((resolve, reject) => {
    let seen = ''
    const socket = connect(installation.port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      seen += chunk
      if (seen.split('HTTP/1.1 ').length === 3) socket.destroy()
    })
    socket.on('close', () => resolve(seen))
    socket.write(head(project.host) + head(`${unknownRef}.localhost`))
  })
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '404'])
})
