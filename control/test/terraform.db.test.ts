// What the Terraform provider sends, resource by resource, from create to destroy. It takes exactly the codes below
// for success, and 404 for "gone".

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from './test-control.ts'

const t = await testControl({ project: true })
afterAll(() => t.close())

type Step = readonly [method: string, tail: string, body: unknown, status: number, reply?: object]

const replay = async (ref: string, steps: readonly Step[]) => {
  for (const [method, tail, body, status, reply = {}] of steps) {
    const answer = await t.asOwner(method, `/v1/projects/${ref}${tail}`, body)
    expect([method, tail, answer.status]).toEqual([method, tail, status])
    expect(answer).toMatchObject({ body: reply })
  }
}

test('supabase_project: create, poll, read, update, destroy', async () => {
  // 201 is checked where it is made.
  const ref = await t.createProject({
    organization_id: t.organization,
    name: 'tf',
    region: 'ap-southeast-1',
    desired_instance_size: 'micro',
  })
  const services = 'auth,db,db_postgres_user,pg_bouncer,pooler,realtime,rest,storage'
  const read: readonly Step[] = [
    ['GET', '', undefined, 200, { id: ref, organization_id: t.organization }],
    ['GET', '/api-keys/legacy', undefined, 200, { enabled: true }],
    ['GET', '/billing/addons', undefined, 200],
  ]
  await replay(ref, [
    ['GET', `/health?services=${services}`, undefined, 200],
    ...read,
    ['PATCH', '', { name: 'tf two' }, 200, { ref, name: 'tf two' }],
    ['PUT', '/api-keys/legacy?enabled=false', undefined, 200, { enabled: false }],
    ['PATCH', '/database/password', { password: 'postgres' }, 200],
    ['PATCH', '/billing/addons', { addon_type: 'compute_instance', addon_variant: 'ci_small' }, 200],
    ...read.slice(0, 1),
    ['DELETE', '', undefined, 200, { ref }],
  ])
})

describe('on one project', async () => {
  const ref = await t.createProject()

  test('supabase_settings', () =>
    replay(ref, [
      ['GET', '/postgrest', undefined, 200],
      ['PATCH', '/postgrest', { db_schema: 'public,storage', max_rows: 500 }, 200, { max_rows: 500 }],
      ['GET', '/config/auth', undefined, 200],
      ['PATCH', '/config/auth', { site_url: 'http://tf.test', jwt_exp: 1800 }, 200, { jwt_exp: 1800 }],
      ['GET', '/config/database/postgres', undefined, 200, {}],
      ['PUT', '/config/database/postgres', { statement_timeout: '10s' }, 200, { statement_timeout: '10s' }],
      ['GET', '/ssl-enforcement', undefined, 200],
      [
        'PUT',
        '/ssl-enforcement',
        { requestedConfig: { database: true } },
        200,
        { appliedSuccessfully: true },
      ],
      ['GET', '/network-restrictions', undefined, 200],
      [
        'POST',
        '/network-restrictions/apply',
        { dbAllowedCidrs: ['0.0.0.0/0'], dbAllowedCidrsV6: ['::/0'] },
        201,
        { status: 'applied' },
      ],
      ['GET', '/config/storage', undefined, 200],
      ['PATCH', '/config/storage', { fileSizeLimit: 1_048_576 }, 200],
      ['GET', '/config/storage', undefined, 200, { fileSizeLimit: 1_048_576 }],
    ]))

  test('supabase_apikey', async () => {
    await replay(ref, [['GET', '/api-keys?reveal=true', undefined, 200]])
    const body = { type: 'secret', name: 'tf', secret_jwt_template: { role: 'service_role' } }
    const made = await t.asOwner('POST', `/v1/projects/${ref}/api-keys?reveal=true`, body)
    expect(made).toMatchObject({ status: 201, body: { name: 'tf', type: 'secret' } })
    const path = `/api-keys/${made.body.id}`
    await replay(ref, [
      ['GET', `${path}?reveal=true`, undefined, 200, { api_key: made.body.api_key }],
      ['PATCH', path, { name: 'tf_two', description: 'x' }, 200, { name: 'tf_two' }],
      ['DELETE', path, undefined, 200, { id: made.body.id }],
      ['GET', path, undefined, 404],
    ])
  })

  test('supabase_edge_function and its secrets', async () => {
    const form = new FormData()
    form.append('metadata', JSON.stringify({ name: 'tf-fn', entrypoint_path: 'index.ts', verify_jwt: true }))
    form.append('file', new Blob(['Deno.serve(() => new Response("hi"))']), 'index.ts')
    const sent = new Response(form)
    const answer = await t.app.inject({
      method: 'POST',
      url: `/v1/projects/${ref}/functions/deploy?slug=tf-fn`,
      headers: {
        authorization: `Bearer ${t.owner.token}`,
        'content-type': sent.headers.get('content-type') ?? '',
      },
      payload: Buffer.from(await sent.arrayBuffer()),
    })
    expect([answer.statusCode, answer.json().slug]).toEqual([201, 'tf-fn'])
    await replay(ref, [
      ['GET', '/functions/tf-fn', undefined, 200, { status: 'ACTIVE', version: 1 }],
      ['POST', '/secrets', [{ name: 'TF', value: 'a' }], 201],
      ['GET', '/secrets', undefined, 200, [{ name: 'TF' }]],
      ['DELETE', '/secrets', ['TF'], 200],
      ['DELETE', '/functions/tf-fn', undefined, 200],
      ['DELETE', '/functions/tf-fn', undefined, 404],
      ['GET', '/functions/tf-fn', undefined, 404],
    ])
  })

  test('supabase_third_party_auth', async () => {
    const key = { kty: 'RSA', kid: 'one', alg: 'RS256', use: 'sig', n: 'sXchd_1VQ', e: 'AQAB' }
    const path = `/v1/projects/${ref}/config/auth/third-party-auth`
    const made = await t.asOwner('POST', path, { custom_jwks: { keys: [key] } })
    expect(made).toMatchObject({ status: 201, body: { custom_jwks: { keys: [{ kid: 'one' }] } } })
    const tail = `/config/auth/third-party-auth/${made.body.id}`
    await replay(ref, [
      ['GET', tail, undefined, 200, { id: made.body.id }],
      ['DELETE', tail, undefined, 200, { id: made.body.id }],
      ['GET', tail, undefined, 404],
      ['DELETE', tail, undefined, 404],
    ])
  })

  test('data sources', () =>
    replay(ref, [
      ['GET', '/config/database/pooler', undefined, 200, [{ pool_mode: 'transaction' }]],
      ['POST', '/network-bans/retrieve', undefined, 201, { banned_ipv4_addresses: [] }],
      ['GET', '/branches', undefined, 422],
    ]))
})

test('supabase_branch: production made first, then a persistent one, demoted before it goes', async () => {
  const ref = await t.createProject()
  await replay(ref, [
    ['GET', '/branches', undefined, 422],
    ['POST', '/branches', { branch_name: 'Production', is_default: true }, 201, { is_default: true }],
  ])
  const wish = { branch_name: 'main', git_branch: 'main', region: 'ap-southeast-1', persistent: true }
  const made = await t.asOwner('POST', `/v1/projects/${ref}/branches`, wish)
  expect(made).toMatchObject({ status: 201, body: { git_branch: 'main', persistent: true } })
  const path = `/v1/branches/${made.body.id}`
  const ask = async (method: string, body?: unknown) => (await t.asOwner(method, path, body)).status
  expect((await t.asOwner('GET', path)).body).toMatchObject({ ref: made.body.project_ref, db_port: 54_320 })
  const listed = (await t.asOwner('GET', `/v1/projects/${ref}/branches`)).body
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(['Production', 'main'])
  expect(await ask('PATCH', { git_branch: 'develop' })).toBe(200)
  expect(await ask('DELETE')).toBe(422)
  expect(await ask('PATCH', { persistent: false })).toBe(200)
  expect(await ask('DELETE')).toBe(200)
  expect(await ask('GET')).toBe(404)
})
