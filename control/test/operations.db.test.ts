// Every operation, once each: who may, what comes back, and that it is the shape clients of the upstream API
// decode. An operation without a row here fails.

import { afterAll, describe, expect, test } from 'vitest'
import { operations } from '../src/index.ts'
import { accountRows } from './access/account-rows.ts'
import { branchRows } from './access/branch-rows.ts'
import { functionRows } from './access/function-rows.ts'
import { keyRows } from './access/key-rows.ts'
import { oauthRows } from './access/oauth-rows.ts'
import { admins, all, type Request, type Row, writers } from './access/row.ts'
import { settingsRows } from './access/settings-rows.ts'
import { snippetRows } from './access/snippet-rows.ts'
import { newAppToken } from './oauth/apps.ts'
import { testControl } from './test-control.ts'
import { upstreamReplies } from './upstream-schemas.ts'

const t = await testControl({ project: true })
const upstream = upstreamReplies()
if (upstream === undefined)
  console.warn('The upstream interface file is not there: reply shapes are not compared.')
afterAll(() => t.close())

const project = async (tail: string, body?: unknown): Promise<Request> => ({
  path: `/v1/projects/${await t.createProject()}${tail}`,
  body,
})

const withKey = async (tail: string, body?: unknown): Promise<Request> => {
  const ref = await t.createProject()
  const [key] = (await t.asOwner('GET', `/v1/projects/${ref}/api-keys`)).body.filter(
    (one: { type: string }) => one.type === 'secret',
  )
  return { path: `/v1/projects/${ref}/api-keys/${key.id}${tail}`, body }
}

const withMigration = async (body?: unknown): Promise<Request> => {
  const ref = await t.createProject()
  const path = `/v1/projects/${ref}/database/migrations`
  await t.asOwner('POST', path, { query: 'select 1', rollback: 'select 1' })
  const { version } = (await t.asOwner('GET', path)).body.at(-1)
  return { path: `${path}/${version}`, body }
}

const paused = async (tail: string): Promise<Request> => {
  const ref = await t.createProject()
  await t.asOwner('POST', `/v1/projects/${ref}/pause`)
  await t.untilStatus(ref, 'INACTIVE')
  return { path: `/v1/projects/${ref}${tail}` }
}

const wish = () => ({ name: 'Shop', organization_slug: t.organization, db_pass: 'abcd', region: 'us-east-1' })
const rows: readonly Row[] = [
  ...accountRows(t),
  ...oauthRows(t),
  ...settingsRows(t),
  ...branchRows(t),
  ...functionRows(t),
  ...keyRows(t),
  ...snippetRows(t),
  { id: 'v1-get-profile', make: () => ({ path: '/v1/profile' }), ...all(200), stranger: 200, powerless: 200 },
  {
    id: 'v1-create-an-organization',
    make: () => ({ path: '/v1/organizations', body: { name: 'New' } }),
    ...all(201),
    stranger: 201,
  },
  {
    id: 'v1-list-all-organizations',
    make: () => ({ path: '/v1/organizations' }),
    ...all(200),
    stranger: 200,
  },
  {
    id: 'v1-get-an-organization',
    make: () => ({ path: `/v1/organizations/${t.organization}` }),
    ...all(200),
  },
  {
    id: 'v1-list-organization-members',
    make: () => ({ path: `/v1/organizations/${t.organization}/members` }),
    ...all(200),
  },
  { id: 'v1-create-a-project', make: () => ({ path: '/v1/projects', body: wish() }), ...admins(201) },
  { id: 'v1-list-all-projects', make: () => ({ path: '/v1/projects' }), ...all(200), stranger: 200 },
  {
    id: 'v1-get-all-projects-for-organization',
    make: () => ({ path: `/v1/organizations/${t.organization}/projects?limit=2&statuses=ACTIVE_HEALTHY` }),
    ...all(200),
  },
  { id: 'v1-get-project', make: () => project(''), ...all(200) },
  { id: 'v1-update-a-project', make: () => project('', { name: 'Renamed' }), ...admins(200) },
  { id: 'v1-delete-a-project', make: () => project(''), ...admins(200) },
  {
    id: 'v1-get-services-health',
    make: () => project('/health?services=auth,db,rest,storage,realtime&timeout_ms=2000'),
    ...all(200),
  },
  {
    id: 'v1-get-available-regions',
    make: () => ({ path: `/v1/projects/available-regions?organization_slug=${t.organization}&continent=EU` }),
    ...all(200),
  },
  { id: 'v1-pause-a-project', make: () => project('/pause'), ...admins(200) },
  { id: 'v1-restore-a-project', make: () => paused('/restore'), ...admins(200) },
  { id: 'v1RestartAProject', make: () => project('/restart'), ...admins(200) },
  { id: 'v1-get-project-api-keys', make: () => project('/api-keys?reveal=true'), ...writers(200) },
  {
    id: 'v1-create-project-api-key',
    make: () =>
      project('/api-keys?reveal=true', { type: 'secret', name: 'ci', secret_jwt_template: { role: 'ci' } }),
    ...admins(201),
  },
  { id: 'v1-get-project-legacy-api-keys', make: () => project('/api-keys/legacy'), ...writers(200) },
  {
    id: 'v1-update-project-legacy-api-keys',
    make: () => project('/api-keys/legacy?enabled=false'),
    ...admins(200),
  },
  { id: 'v1-get-project-api-key', make: () => withKey('?reveal=true'), ...writers(200) },
  { id: 'v1-update-project-api-key', make: () => withKey('', { name: 'other' }), ...admins(200) },
  {
    id: 'v1-delete-project-api-key',
    make: () => withKey('?was_compromised=true&reason=leak'),
    ...admins(200),
  },
  { id: 'v1-run-a-query', make: () => project('/database/query', { query: 'select 1' }), ...writers(201) },
  {
    id: 'v1-read-only-query',
    make: () => project('/database/query/read-only', { query: 'select 1' }),
    ...all(201),
  },
  { id: 'v1-list-migration-history', make: () => project('/database/migrations'), ...all(200) },
  {
    id: 'v1-apply-a-migration',
    make: () => project('/database/migrations', { query: 'select 1' }),
    ...writers(200),
  },
  {
    id: 'v1-upsert-a-migration',
    make: () => project('/database/migrations', { query: 'select 1' }),
    ...writers(200),
  },
  {
    id: 'v1-rollback-migrations',
    make: () => project('/database/migrations?gte=99990101000000'),
    ...writers(200),
  },
  { id: 'v1-get-a-migration', make: () => withMigration(), ...all(200) },
  { id: 'v1-patch-a-migration', make: () => withMigration({ name: 'other' }), ...writers(200) },
  {
    id: 'v1-update-database-password',
    // The role's own name, as every test of this Postgres expects it.
    make: () => project('/database/password', { password: 'postgres' }),
    ...admins(200),
  },
  {
    id: 'v1-generate-typescript-types',
    make: () => project('/types/typescript?included_schemas=public,auth'),
    ...all(200),
  },
  { id: 'v1-get-postgrest-service-config', make: () => project('/postgrest'), ...all(200) },
  {
    id: 'v1-update-postgrest-service-config',
    make: () => project('/postgrest', { max_rows: 5 }),
    ...admins(200),
  },
]

const powerlessToken = await t.newToken(t.owner.id, { permissions: [] })
const scopelessToken = await newAppToken(t, [])
const expiredToken = await t.newToken(t.owner.id, undefined, '2020-01-01T00:00:00Z')
const unknownToken = `sbp_${'0'.repeat(40)}`

test('every operation has a row', () => {
  expect(rows.map(({ id }) => id).toSorted()).toEqual(operations.map(({ rest }) => rest.id).toSorted())
})

describe.each(rows)('$id', (row) => {
  const found = operations.find(({ rest }) => rest.id === row.id)
  if (found === undefined) throw new Error(`There is no operation ${row.id}.`)
  const { method, status } = found.rest
  const send = async (token: string | undefined) => {
    const { path, ...request } = await row.make(token)
    return t.call(method, path, { ...request, token })
  }

  test('without a token, with an unknown and with an expired one', async () => {
    const { path, ...request } = await row.make()
    for (const token of [undefined, unknownToken, expiredToken]) {
      const reply = await t.call(method, path, { ...request, token })
      const refusal = path.startsWith('/v2/')
        ? { error: { code: 'unauthorized', message: 'Unauthorized' } }
        : { message: 'Unauthorized' }
      expect([reply.status, reply.body]).toEqual([401, method === 'HEAD' ? '' : refusal])
    }
  })

  test('by role and token', async () => {
    const { path, ...request } = await row.make()
    const statusOf = async (token: string) => (await t.call(method, path, { ...request, token })).status
    // Who is refused changes nothing, so one place serves all of them; who is let in gets a new one.
    const stranger = row.stranger ?? 404
    expect({ stranger: await statusOf(t.stranger.token) }).toEqual({ stranger })
    expect({ powerless: await statusOf(powerlessToken) }).toEqual({ powerless: row.powerless ?? 403 })
    // What needs no permission (the profile) needs a token without limits.
    const scopeless = row.powerless === 200 ? 403 : (row.powerless ?? 403)
    expect({ scopeless: await statusOf(scopelessToken) }).toEqual({ scopeless })
    expect({ reader: (await send(t.reader.token)).status }).toEqual({ reader: row.reader })
    expect({ developer: (await send(t.developer.token)).status }).toEqual({ developer: row.developer })
    expect({ administrator: (await send(t.administrator.token)).status }).toEqual({
      administrator: row.owner,
    })
  })

  test('the reply has the declared status, our schema and upstream’s', async () => {
    const reply = await send(t.owner.token)
    if (row.owner !== status) return void expect(reply).toMatchObject({ status: row.owner })
    expect(reply).toMatchObject({ status })
    expect(reply.headers).toMatchObject({
      'x-gotrue-id': t.owner.id,
      'x-ratelimit-limit': '100000',
      'x-ratelimit-remaining': expect.stringMatching(/^\d+$/),
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    })
    if (row.isFile) return
    if (status === 204) expect(reply.headers['content-length']).toBeUndefined()
    else if (reply.body === '') expect(reply.headers['content-length']).toBe('0')
    else expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    const ours = found.output.safeParse(reply.body === '' ? undefined : reply.body)
    expect(ours.error?.issues ?? []).toEqual([])
    const theirs = upstream?.(row.id)
    if (theirs === undefined) return
    expect(theirs.status).toBe(status)
    theirs.validate?.(reply.body)
    expect(theirs.validate?.errors ?? []).toEqual([])
  })
})

describe('places', () => {
  const onProject = operations.filter(({ scope, rest }) => scope.on === 'project' && rest.method !== 'HEAD')
  const at = (path: string, ref: string) => path.replace(':ref', ref).replace(/:\w+/g, '20200101000000')
  test.each(onProject.map(({ rest }) => [rest.method, rest.path] as const))('%s %s', async (method, path) => {
    const bad = await t.asOwner(method, at(path, 'not-a-ref'))
    const messageOf = (body: any) => body.error?.message ?? body.message
    expect([bad.status, messageOf(bad.body)]).toEqual([400, 'ref: must be 20 lower-case letters'])
    const unknown = await t.asOwner(method, at(path, 'a'.repeat(20)))
    expect([unknown.status, messageOf(unknown.body)]).toEqual([404, 'Project not found'])
  })

  test('a removed project', async () => {
    const ref = await t.createProject()
    expect((await t.asOwner('DELETE', `/v1/projects/${ref}`)).status).toBe(200)
    await expect
      .poll(() => t.asOwner('GET', `/v1/projects/${ref}`))
      .toMatchObject({ status: 400, body: { message: 'Resource has been removed' } })
  })

  test('tokens limited to a project or an organization', async () => {
    const [mine, other] = [await t.createProject(), await t.createProject()]
    const permissions = ['project_admin_read', 'projects_read', 'organizations_read']
    const limited = await t.newToken(t.owner.id, { permissions, projects: [mine] })
    const get = async (path: string) => (await t.call('GET', path, { token: limited })).status
    expect(await get(`/v1/projects/${mine}`)).toBe(200)
    expect(await get(`/v1/projects/${other}`)).toBe(404)
    expect(await get('/v1/profile')).toBe(403)
    const list = await t.call('GET', '/v1/projects', { token: limited })
    expect(list.body.map(({ ref }: { ref: string }) => ref)).toEqual([mine])
    const foreign = await t.newToken(t.owner.id, { permissions, organizations: [t.foreign] })
    expect((await t.call('GET', `/v1/projects/${mine}`, { token: foreign })).status).toBe(404)
  })

  test('what a scoped token lacks is named', async () => {
    const ref = await t.createProject()
    const token = await t.newToken(t.owner.id, { permissions: ['project_admin_read'] })
    const reply = await t.call('DELETE', `/v1/projects/${ref}`, { token })
    expect(reply).toMatchObject({ status: 403, body: { missing_permissions: ['project_admin_write'] } })
  })
})
