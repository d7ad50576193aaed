// Hooks behind HTTP against a server that answers as each case says.

import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHttpHook } from '../../src/core/hook-call.ts'

type Asked = { readonly headers: IncomingHttpHeaders; readonly body: string }
const asked: Asked[] = []
let answer: (response: ServerResponse, nth: number) => void
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString()
  })
  request.on('end', () => {
    asked.push({ headers: request.headers, body })
    answer(response, asked.length)
  })
})

const secret = Buffer.from('thirty-two-bytes-of-a-test-secret').toString('base64')
const uri = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
const call = (more: { uri?: string; secrets?: string; timeout?: number } = {}) =>
  callHttpHook(
    { uri: more.uri ?? uri(), secrets: more.secrets ?? `v1,whsec_${secret}` },
    { user: { id: 1 } },
    { timeout: more.timeout ?? 3000, pause: 5 },
  )

const json =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => void server.close(() => resolve()))
})
beforeEach(() => {
  asked.splice(0)
})

it('signs what it sends, with every secret', async () => {
  answer = json(200, '{"ok":true}')
  expect(await call({ secrets: `v1,whsec_${secret}|v1,whsec_${secret}` })).toEqual({ ok: true })
  const [{ headers, body }] = asked as [Asked]
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const signature = `v1,${createHmac('sha256', Buffer.from(secret, 'base64')).update(text).digest('base64')}`
  expect(headers['webhook-signature']).toBe(`${signature}, ${signature}`)
  expect(JSON.parse(body)).toEqual({ user: { id: 1 } })
})

const failures: readonly (readonly [name: string, answer: typeof answer, problem: object])[] = [
  ['no type', (response) => response.writeHead(200).end('{}'), { code: 'hook_payload_invalid_content_type' }],
  [
    'another type',
    json(200, 'hi', { 'content-type': 'text/plain' }),
    { code: 'hook_payload_invalid_content_type', status: 400 },
  ],
  [
    'too much',
    json(200, `"${'x'.repeat(200 * 1024)}"`),
    { code: 'hook_payload_over_size_limit', status: 422 },
  ],
  ['no JSON', json(200, '{'), { status: 500, message: 'Error unmarshaling JSON output.' }],
  ['400', json(400, '{}'), { status: 500, message: 'Invalid payload sent to hook' }],
  ['401', json(401, '{}'), { status: 500, message: 'Hook requires authorization token' }],
  ['503', json(503, '{}'), { status: 500, message: 'Service currently unavailable due to hook' }],
  ['418', json(418, '{}'), { status: 500, message: 'Unexpected status code returned from hook: 418' }],
  [
    'a redirect',
    json(302, '', { location: 'http://169.254.169.254/' }),
    { status: 500, message: 'Unexpected status code returned from hook: 302' },
  ],
]

describe('answers that are none', () => {
  it.each(failures)('%s', async (_name, respond, problem) => {
    answer = respond
    await expect(call()).rejects.toMatchObject(problem)
    expect(asked).toHaveLength(1)
  })
})

it('204 is an answer without words', async () => {
  answer = (response) => response.writeHead(204).end()
  expect(await call()).toBeUndefined()
})

it('comes back when asked to, three times at most', async () => {
  answer = (response, nth) =>
    nth < 3 ? json(429, '', { 'retry-after': 'true' })(response) : json(200, '{}')(response)
  expect(await call()).toEqual({})
  expect(asked).toHaveLength(3)
  answer = json(503, '', { 'retry-after': 'true' })
  await expect(call()).rejects.toMatchObject({ message: 'Service currently unavailable due to hook' })
  expect(asked).toHaveLength(6)
})

it('gives up on a hook that is silent, and on one that is not there', async () => {
  answer = () => undefined
  await expect(call({ timeout: 50 })).rejects.toMatchObject({ code: 'hook_timeout', status: 422 })
  await expect(call({ uri: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    code: 'hook_timeout_after_retry',
    status: 422,
  })
})

it('refuses a secret that is none', async () => {
  await expect(call({ secrets: 'plain' })).rejects.toMatchObject({ status: 500 })
})
