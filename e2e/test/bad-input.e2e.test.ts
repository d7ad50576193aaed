// Wrong tokens, keys, refs, bodies, SQL, sizes, JSON and routes: each is answered with its exact status and body.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { gatewayCases, managementCases } from './bad-input-cases.ts'

let installation: Installation
let manage: Manage
let project: Project

beforeAll(async () => {
  installation = await copyInstallation()
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
