// Where inputs go, and what comes back.

import { describe, expect, test } from 'vitest'
import { ManagementError, makeClient } from '../src/index.ts'

const ref = 'a'.repeat(20)

const stage = (answer: { status?: number; body?: string; type?: string } = {}) => {
  const asked: { url: string; init: RequestInit }[] = []
  const double: typeof fetch = async (url, init = {}) => {
    asked.push({ url: String(url), init })
    const { status = 200, body = '{"ok":true}', type = 'application/json' } = answer
    return new Response(status === 204 ? null : body, { status, headers: { 'content-type': type } })
  }
  return { asked, api: makeClient({ url: 'http://plinth.test', token: 'sbp_t', fetch: double }) }
}

describe('inputs', () => {
  test('in the path, the query and the body', async () => {
    const { api, asked } = stage()
    await api.apiKeys.create({ ref, reveal: true, type: 'secret', name: 'ci' })
    expect(asked[0]).toMatchObject({
      url: `http://plinth.test/v1/projects/${ref}/api-keys?reveal=true`,
      init: {
        method: 'POST',
        headers: { authorization: 'Bearer sbp_t', 'content-type': 'application/json' },
        body: '{"type":"secret","name":"ci"}',
      },
    })
  })

  test('as the whole body, and in a header', async () => {
    const { api, asked } = stage()
    await api.secrets.create({ ref, secrets: [{ name: 'A', value: 'b' }] })
    expect(asked[0]?.init.body).toBe('[{"name":"A","value":"b"}]')
    await api.database.migrationsApply({ ref, query: 'select 1', idempotency_key: 'k' })
    expect(asked[1]?.init).toMatchObject({
      headers: { 'idempotency-key': 'k' },
      body: '{"query":"select 1"}',
    })
  })

  test('none at all; lists joined; names escaped', async () => {
    const { api, asked } = stage()
    await api.projects.list()
    await api.projects.health({ ref, services: ['auth', 'rest'] })
    await api.functions.get({ ref, function_slug: 'a/b' })
    expect(asked.map(({ url }) => url.slice('http://plinth.test/v1/projects'.length))).toEqual([
      '',
      `/${ref}/health?services=auth%2Crest`,
      `/${ref}/functions/a%2Fb`,
    ])
    expect(asked[0]?.init.body).toBeUndefined()
  })
})

describe('answers', () => {
  test('nothing is undefined; text is text', async () => {
    expect(await stage({ status: 204 }).api.realtimeConfig.update({ ref })).toBeUndefined()
    expect(await stage({ body: '', type: 'text/plain' }).api.projects.pause({ ref })).toBeUndefined()
  })

  test.each([
    ['{"message":"No"}', 'No'],
    ['{"message":["a","b"]}', 'a; b'],
    ['{"error":{"code":"c","message":"Wrapped"}}', 'Wrapped'],
    ['{}', 'The Management API answered 400.'],
  ])('%s is refused with "%s"', async (body, message) => {
    const { api } = stage({ status: 400, body })
    const failed = await api.projects.list().catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ManagementError)
    expect(failed).toMatchObject({ status: 400, message })
  })
})
