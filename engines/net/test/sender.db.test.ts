// Requests from SQL against a server that answers well, badly, late or not at all.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SENDING_LOCK } from '@plinth/contracts'
import { makeOutbound, parseAllowedNetwork } from '@plinth/http'
import { openSender, type Sender } from '@plinth/net'
import { memoryObserve } from '@plinth/observe'
import { openPool, type Pool, raw, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

let database: TestDatabase
let owner: Pool
let sender: Sender
const seen: string[] = []
const held: (() => void)[] = []

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
const server = createServer(async (request, response) => {
  const body = await bodyOf(request)
  seen.push(request.url ?? '')
  if (request.url === '/late') return
  if (request.url === '/held') return void held.push(() => response.end('at last'))
  if (request.url === '/cut') return void request.socket.destroy()
  const [, status, location] = /^\/to\/(\d+)\/(.*)$/.exec(request.url ?? '') ?? []
  if (status && location) {
    return void response.writeHead(Number(status), { location: decodeURIComponent(location) }).end()
  }
  if (request.url === '/empty') return void response.writeHead(204, { 'X-Empty': '' }).end()
  const { method, url, headers } = request
  response
    .writeHead(201, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ method, url, headers, body }))
})
const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

const open = (allowed = '127.0.0.1'): Sender =>
  openSender({
    connection: database.as('plinth_sql'),
    lock: SENDING_LOCK,
    outbound: makeOutbound({ allowed: parseAllowedNetwork(allowed) }),
    own: { origins: ['https://mine.example'], reachedAt: at('') },
    observe: memoryObserve(),
  })

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  database = await testDatabase({ template: 'project' })
  owner = openPool({ ...database.as('postgres'), size: 2, applicationName: 'owner' })
  await owner.run(sql`create extension pg_net with schema extensions`)
  sender = open()
  sender.follow(true)
})
afterAll(async () => {
  await sender?.close()
  await owner?.close()
  await database?.drop()
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})

type Row = {
  readonly status_code: number | null
  readonly headers: Readonly<Record<string, string>> | null
  readonly content: string | null
  readonly content_type: string | null
  readonly timed_out: boolean
  readonly error_msg: string | null
}
const ask = async (text: string): Promise<number> =>
  (await owner.one<{ id: number }>(sql`select ${raw(text)} as id`)).id
const answer = (id: number): Promise<Row> =>
  vi.waitFor(async () => {
    const row = await owner.maybe<Row>(sql`select * from net._http_response where id = ${id}`)
    expect(row).toBeDefined()
    return row as Row
  })
const echoed = async (text: string) => {
  const row = await answer(await ask(text))
  expect(row).toMatchObject({
    status_code: 201,
    timed_out: false,
    error_msg: null,
    content_type: 'application/json',
  })
  return JSON.parse(row.content ?? '') as { method: string; url: string; headers: object; body: string }
}

test('a GET with parameters and headers', async () => {
  expect(await echoed(`net.http_get('${at('/echo')}', '{"a":"ü b"}', '{"X-A":"1"}')`)).toMatchObject({
    method: 'GET',
    url: '/echo?a=%C3%BC%20b',
    headers: { 'x-a': '1', accept: '*/*', 'user-agent': expect.stringMatching(/^pg_net\//) },
    body: '',
  })
})

test('a POST with a body, a DELETE with and without one', async () => {
  expect(await echoed(`net.http_post('${at('/echo')}', '{"ü":[1]}')`)).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"ü": [1]}',
  })
  expect(await echoed(`net.http_delete('${at('/echo')}', body => '[2]')`)).toMatchObject({
    method: 'DELETE',
    body: '[2]',
  })
  expect(await echoed(`net.http_delete('${at('/echo')}')`)).toMatchObject({ method: 'DELETE', body: '' })
})

/** An address that sends on to another with a status. */
const sentOn = (status: number, to: string) => `/to/${status}/${encodeURIComponent(to)}`

test.each([
  ['get', 302, { method: 'GET' }],
  ['post', 301, { method: 'GET', body: '' }],
  ['post', 303, { method: 'GET', body: '' }],
  ['post', 307, { method: 'POST', body: '{"a": 1}' }],
  ['post', 308, { method: 'POST', body: '{"a": 1}' }],
  ['delete', 302, { method: 'DELETE' }],
])('a redirect of a %s by %i is followed', async (method, status, expected) => {
  const body = method === 'post' ? `, body => '{"a":1}'` : ''
  expect(await echoed(`net.http_${method}('${at(sentOn(status, '/echo'))}'${body})`)).toMatchObject({
    url: '/echo',
    ...expected,
  })
})

test('credentials are sent on to the same host, and to no other', async () => {
  const ask = (to: string) =>
    echoed(`net.http_get('${at(sentOn(302, to))}', headers => '{"Authorization":"secret","X-A":"1"}')`)
  expect((await ask('/echo')).headers).toMatchObject({ authorization: 'secret', 'x-a': '1' })
  const { headers } = await ask('https://mine.example/echo')
  expect(headers).toMatchObject({ 'x-a': '1' })
  expect(headers).not.toHaveProperty('authorization')
})

test('an answer without a body has none', async () => {
  expect(await answer(await ask(`net.http_get('${at('/empty')}')`))).toMatchObject({
    status_code: 204,
    content: null,
    headers: { 'X-Empty': '' },
  })
})

test('the answer is collected by SQL, also by a role that only may ask', async () => {
  const id = await ask(`net.http_get('${at('/echo')}')`)
  const [row] = await owner.query(sql`
    select (r).status, (r).message, ((r).response).status_code from net._http_collect_response(${id}, false) as r`)
  expect(row).toEqual({ status: 'SUCCESS', message: 'ok', status_code: 201 })
})

test.each([
  ['a refused connection', () => 'http://127.0.0.1:1/', "Couldn't connect to server"],
  ['a connection that breaks', () => at('/cut'), 'Server returned nothing (no headers, no data)'],
  ['a name that is none', () => 'http://nowhere.invalid/', "Couldn't resolve host name"],
  ['the network around', () => 'http://10.0.0.1/', '10.0.0.1 is not an address of the public network'],
  [
    'where clouds keep their keys',
    () => 'http://169.254.169.254/latest',
    '169.254.169.254 is not an address of the public network',
  ],
])('%s is an error', async (_name, url, message) => {
  expect(await answer(await ask(`net.http_get('${url()}')`))).toMatchObject({
    status_code: null,
    timed_out: false,
    error_msg: message,
  })
})

test.each([
  '2130706434',
  '0x7f000002',
  '0x7f.2',
  '0177.0.0.2',
  '017700000002',
  '127.2',
  '127.0.0.2.',
  '①②⑦.0.0.2',
  '127。0。0。2',
  'a@127.0.0.2',
  '0',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.2]',
  '[::127.0.0.2]',
  '[64:ff9b::127.0.0.2]',
  '[64:ff9b:1::127.0.0.2]',
  '[2002:7f00:2::]',
  '[fd00:ec2::254]',
])('this machine and the network around it are not reached as %s', async (host) => {
  expect(await answer(await ask(`net.http_get('http://${host}:${new URL(at('/')).port}/')`))).toMatchObject({
    status_code: null,
    error_msg: expect.stringMatching(/ is not an address of the public network$/),
  })
})

test('headers that cannot be sent are an error of that request alone', async () => {
  expect(await answer(await ask(`net.http_get('${at('/echo')}', headers => '{"X":"a\\nb"}')`))).toMatchObject(
    {
      status_code: null,
      error_msg: expect.stringContaining('Invalid character'),
    },
  )
})

test('a late answer runs out of time and says where the time went', async () => {
  expect(await answer(await ask(`net.http_get('${at('/late')}', timeout_milliseconds => 50)`))).toMatchObject(
    {
      status_code: null,
      timed_out: true,
      error_msg: expect.stringMatching(
        /^Timeout of 50 ms reached\. Total time: [\d.]+ ms \(DNS time: [\d.]+ ms, TCP\/SSL handshake time: [\d.]+ ms, HTTP Request\/Response time: [\d.]+ ms\)$/,
      ),
    },
  )
})

test('the branch itself is reached by its public name', async () => {
  expect(await echoed(`net.http_get('https://mine.example/echo')`)).toMatchObject({
    url: '/echo',
    headers: { host: 'mine.example' },
  })
  expect(await echoed(`net.http_get('https://mine.example/echo', headers => '{"host":"x"}')`)).toMatchObject({
    headers: { host: 'mine.example' },
  })
})

test('the branch itself sends nobody on to where its requests may not go', async () => {
  const inner = at('/echo').replace('127.0.0.1', '127.0.0.2')
  expect(await answer(await ask(`net.http_get('https://mine.example${sentOn(302, inner)}')`))).toMatchObject({
    status_code: null,
    error_msg: '127.0.0.2 is not an address of the public network',
  })
})

test('a slow request holds up no other, and a lock says that something is on its way', async () => {
  const isSending = async (): Promise<boolean> =>
    (await owner.query(sql`select from pg_locks where locktype = 'advisory' and objid = ${SENDING_LOCK}`))
      .length > 0
  const slow = await ask(`net.http_get('${at('/held')}', timeout_milliseconds => 60000)`)
  await vi.waitFor(() => expect(held).toHaveLength(1))
  for (let n = 0; n < 3; n += 1) await echoed(`net.http_get('${at('/echo')}')`)
  expect(await isSending()).toBe(true)
  held[0]?.()
  expect(await answer(slow)).toMatchObject({ status_code: 201 - 1, content: 'at last' })
  await vi.waitFor(async () => expect(await isSending()).toBe(false))
})

test('many at once are each sent once, and none before its transaction is over', async () => {
  seen.length = 0
  await owner.transaction(async (session) => {
    await session.query(sql`select net.http_get(${at('/many')}) from generate_series(1, 500)`)
    await echoed(`net.http_get('${at('/other')}')`)
    expect(seen).toEqual(['/other'])
  })
  await vi.waitFor(async () =>
    expect(
      await owner.one(sql`select count(*) as n from net._http_response where content like '%/many%'`),
    ).toEqual({
      n: 500,
    }),
  )
  expect(seen.filter((url) => url === '/many')).toHaveLength(500)
})

test('old answers are forgotten, by the age that the owner sets', async () => {
  await owner.run(sql`update net._http_response set created = now() - interval '7 hours'`)
  await echoed(`net.http_get('${at('/echo')}')`)
  await vi.waitFor(async () =>
    expect(await owner.one(sql`select count(*) as n from net._http_response`)).toEqual({ n: 1 }),
  )
})

test('what was queued while nobody listened is sent later', async () => {
  await sender.close()
  const id = await ask(`net.http_get('${at('/echo')}')`)
  sender = open()
  sender.follow(true)
  expect(await answer(id)).toMatchObject({ status_code: 201 })
})
