// Every status that a refusal can have, once each, in the shape of both halves of the API: `{"message"}` below /v1,
// `{"error": {"code", "message"}}` below /v2. And no input whatsoever ends in a 500.

import { afterAll, describe, expect, test } from 'vitest'
import { operations } from '../../src/index.ts'
import { accessRows } from '../access/rows.ts'
import { type Reply, testControl } from '../test-control.ts'

const t = await testControl({ project: true })
const slow = await testControl({ settings: { requestsPerMinute: 1 } })
afterAll(() => Promise.all([t.close(), slow.close()]))

const ref = await t.createProject()
const at = (tail: string) => `/v1/projects/${ref}${tail}`
const nobody = 'z'.repeat(20)
const limited = await t.newToken(t.owner.id, { permissions: [] })

type Row = readonly [status: number, what: string, keys: readonly string[], ask: () => Promise<Reply>]
const plain = ['message']
const json = { 'content-type': 'application/json' }

const transfer = (where: string, to: string, token = t.owner.token) =>
  t.call('POST', `/v2/projects/${where}/transfers`, {
    token,
    body: { data: { type: 'project_transfer_input', attributes: { target_organization_slug: to } } },
  })

const rows: readonly Row[] = [
  [400, 'a wrong value', plain, () => t.asOwner('PATCH', at('/postgrest'), { max_rows: -1 })],
  [400, 'several wrong values', plain, () => t.asOwner('POST', '/v1/projects', {})],
  [400, 'a body that is no JSON', plain, () => t.asOwner('POST', '/v1/organizations', '{"name":', json)],
  [400, 'SQL that fails', plain, () => t.asOwner('POST', at('/database/query'), { query: 'select nothing' })],
  [401, 'no token', plain, () => t.call('GET', '/v1/profile')],
  [
    403,
    'a role that may not',
    ['message', 'missing_permissions'],
    () => t.call('POST', at('/pause'), { token: t.reader.token }),
  ],
  [
    403,
    'a token that may not',
    ['message', 'missing_permissions'],
    () => t.call('GET', at(''), { token: limited }),
  ],
  [404, 'a project of nobody', plain, () => t.asOwner('GET', `/v1/projects/${nobody}`)],
  [404, 'a path of nothing', plain, () => t.asOwner('GET', '/v1/nothing')],
  [404, 'a method of nothing', plain, () => t.asOwner('PATCH', '/v1/profile')],
  [
    409,
    'an order that comes too early',
    plain,
    async () => {
      const busy = await t.createProject()
      await t.asOwner('POST', `/v1/projects/${busy}/restart`)
      return t.asOwner('POST', `/v1/projects/${busy}/restart`)
    },
  ],
  [
    413,
    'a body that is too large',
    plain,
    () => t.asOwner('POST', '/v1/organizations', { name: 'x'.repeat(200_000) }),
  ],
  [
    415,
    'a body of another type',
    plain,
    () => t.asOwner('POST', '/v1/organizations', '<name/>', { 'content-type': 'application/xml' }),
  ],
  [422, 'branches of a project without any', plain, () => t.asOwner('GET', at('/branches'))],
  [
    429,
    'too many requests',
    plain,
    async () => {
      await slow.call('GET', '/v1/profile', { token: slow.developer.token })
      return slow.call('GET', '/v1/profile', { token: slow.developer.token })
    },
  ],
  [
    503,
    'a database that is not up',
    plain,
    async () => {
      const broken = await t.createProject()
      t.host.report(broken, 'broken', { reason: 'Out of disk.' })
      await t.untilStatus(broken, 'ACTIVE_UNHEALTHY')
      return t.asOwner('POST', `/v1/projects/${broken}/database/query`, { query: 'select 1' })
    },
  ],
  [400, 'v2: a wrong body', ['error'], () => t.asOwner('POST', `/v2/projects/${ref}/transfers`, { data: 1 })],
  [401, 'v2: no token', ['error'], () => t.call('GET', `/v2/projects/${ref}/config`)],
  [403, 'v2: a role that may not', ['error'], () => transfer(ref, t.foreign, t.reader.token)],
  [404, 'v2: an organization of others', ['error'], () => transfer(ref, t.foreign)],
  [404, 'v2: a path of nothing', ['error'], () => t.asOwner('GET', '/v2/nothing')],
]

test.each(rows)('%i: %s', async (status, _what, keys, ask) => {
  const { status: found, headers, body } = await ask()
  expect([found, body]).toMatchObject([status, {}])
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(Object.keys(body).toSorted()).toEqual(keys)
  if ('error' in body) {
    expect(body.error).toEqual({ code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) })
  } else if (Array.isArray(body.message)) {
    expect(body.message.every((line: unknown) => typeof line === 'string')).toBe(true)
  } else expect(body.message).toEqual(expect.any(String))
})

/** The same request with every text spoiled. */
const spoil = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text
  if (Array.isArray(value)) return value.map((one) => spoil(one, text))
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoil(one, text)]))
}
const texts = ['a\u0000b', '\ud800', "'; drop table projects; --", 'x'.repeat(5000), '']

describe('no input is our fault', () => {
  test.each(accessRows(t))('$id', async (row) => {
    const { method } = operations.find(({ rest }) => rest.id === row.id)?.rest ?? { method: 'GET' }
    const { path, body, ...rest } = await row.make()
    const token = t.owner.token
    const variants = [
      ...(typeof body === 'object' ? texts.map((text) => ({ path, body: spoil(body, text) })) : []),
      ...[[], 'text', 7, null, { a: { b: [{}] } }].map((other) => ({ path, body: JSON.stringify(other) })),
      { path: `${path}${path.includes('?') ? '&' : '?'}limit=-1&offset=x&name=%00`, body },
      { path: path.replace(/\/[^/]*$/, '/%00'), body },
      { path: path.replace(/[a-z]{20}/, "a'b%00"), body },
    ]
    for (const variant of method === 'GET' || method === 'HEAD' ? variants.slice(-3) : variants) {
      const headers = {
        ...rest.headers,
        ...(typeof variant.body === 'string' && { 'content-type': 'application/json' }),
      }
      const reply = await t.call(method, variant.path, { ...rest, token, headers, body: variant.body })
      const about = `${JSON.stringify(variant).slice(0, 300)}: ${JSON.stringify(reply.body)}`
      expect(reply.status, about).not.toBe(500)
    }
  })
})
