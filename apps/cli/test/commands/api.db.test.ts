// `plinth api` as a program, against a Management API on a port.

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describeOperations, operations } from '@plinth/control'
import { afterAll, describe, expect, test } from 'vitest'

type Asked = {
  readonly method?: string
  readonly url?: string
  readonly headers: object
  readonly body: string
}

const asked: Asked[] = []
let answer = { status: 200, body: '{"ok":true}' }
const document = JSON.stringify(describeOperations(operations))
const server = createServer(async (request, reply) => {
  if (request.url === '/v1/openapi.json') return void reply.end(document)
  const { method, url, headers } = request
  asked.push({ method: method ?? '', url: url ?? '', headers, body: await text(request) })
  reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
})
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
const address = server.address()
const port = typeof address === 'object' && address ? address.port : 0
const data = await mkdtemp(join(tmpdir(), 'p-'))
await writeFile(join(data, 'first-run.json'), '{"access_token":"sbp_first"}')
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(data, { recursive: true })
})

const plinth = async (...args: readonly string[]) => {
  const main = join(import.meta.dirname, '../../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=source', main, 'api', ...args], {
    env: { PLINTH_DATA: data, PLINTH_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ])
  return { out, err, code, request: asked.splice(0)[0] }
}

test('lists every operation, and explains each', async () => {
  const list = await plinth('--help')
  expect(list.code).toBe(0)
  for (const { name } of operations) expect(list.out).toContain(`  ${name} `)
  const one = await plinth('projects.create', '--help')
  expect(one).toMatchObject({
    code: 0,
    out: expect.stringMatching(/POST \/v1\/projects[\s\S]*--db_pass <string>/),
  })
})

const ref = 'a'.repeat(20)
const calls: readonly (readonly [string, readonly string[], object])[] = [
  [
    'a path',
    ['projects.pause', '--ref', ref],
    { method: 'POST', url: `/v1/projects/${ref}/pause`, body: '' },
  ],
  [
    'a query, by operationId',
    ['v1-get-project-api-keys', '--ref', ref, '--reveal', 'true'],
    { method: 'GET', url: `/v1/projects/${ref}/api-keys?reveal=true` },
  ],
  [
    'fields of a body, typed',
    ['data-api.update', '--ref', ref, '--max_rows', '5', '--db_schema', 'public,app'],
    { method: 'PATCH', body: '{"db_schema":"public,app","max_rows":5}' },
  ],
  [
    'a body as a whole',
    ['secrets.create', '--ref', ref, '--body', '[{"name":"A","value":"b"}]'],
    { method: 'POST', body: '[{"name":"A","value":"b"}]' },
  ],
]
describe('sends', () => {
  test.each(calls)('%s', async (_what, args, request) => {
    const done = await plinth(...args)
    expect(done).toMatchObject({ code: 0, out: '{\n  "ok": true\n}\n', err: '' })
    expect(done.request).toMatchObject({ ...request, headers: { authorization: 'Bearer sbp_first' } })
  })
})

test('says what is wrong, and exits with 1', async () => {
  expect(await plinth('no.such')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no operation "no.such"/),
  })
  expect(await plinth('projects.pause')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/--ref is missing/),
  })
  expect((await plinth('projects.pause', '--ref', ref, '--other', 'x')).err).toMatch(/--other/)
  answer = { status: 404, body: '{"message":"Project not found"}' }
  expect(await plinth('projects.pause', '--ref', ref)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^404 [\s\S]*Project not found/),
  })
})
