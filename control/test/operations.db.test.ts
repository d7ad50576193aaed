// Every operation, once each: who may, what comes back, and that it is the shape clients of the upstream API
// decode. An operation without a row here fails.

import { afterAll, describe, expect, test } from 'vitest'
import { operations } from '../src/index.ts'
import type { Request } from './access/row.ts'
import { accessRows } from './access/rows.ts'
import { newAppToken } from './oauth/apps.ts'
import { testControl } from './test-control.ts'
import { upstreamReplies } from './upstream-schemas.ts'

const t = await testControl({ project: true })
const upstream = upstreamReplies()
if (upstream === undefined)
  console.warn('The upstream interface file is not there: reply shapes are not compared.')
afterAll(() => t.close())

const rows = accessRows(t)

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
  const ask = (token: string | undefined, { path, ...request }: Request) =>
    t.call(method, path, { ...request, token })
  const send = async (token: string) => ask(token, await row.make(token))

  let first: Promise<Request> | undefined
  /** Who is refused changes nothing, so one place serves all of them; who is let in gets a new one. */
  const place = (): Promise<Request> => {
    first ??= Promise.resolve(row.make())
    return first
  }

  test('without a token, with an unknown and with an expired one', async () => {
    const request = await place()
    for (const token of [undefined, unknownToken, expiredToken]) {
      const reply = await ask(token, request)
      const refusal = request.path.startsWith('/v2/')
        ? { error: { code: 'unauthorized', message: 'Unauthorized' } }
        : { message: 'Unauthorized' }
      expect([reply.status, reply.body]).toEqual([401, method === 'HEAD' ? '' : refusal])
    }
  })

  test('by role and token', async () => {
    const statusOf = async (token: string, expected: number) =>
      (await (expected === 403 ? ask(token, await place()) : send(token))).status
    const refused = async (token: string) => (await ask(token, await place())).status
    const stranger = row.stranger ?? 404
    expect({ stranger: await refused(t.stranger.token) }).toEqual({ stranger })
    expect({ powerless: await refused(powerlessToken) }).toEqual({ powerless: row.powerless ?? 403 })
    // What needs no permission (the profile) needs a token without limits.
    const scopeless = row.powerless === 200 ? 403 : (row.powerless ?? 403)
    expect({ scopeless: await refused(scopelessToken) }).toEqual({ scopeless })
    expect({ reader: await statusOf(t.reader.token, row.reader) }).toEqual({ reader: row.reader })
    expect({ developer: await statusOf(t.developer.token, row.developer) }).toEqual({
      developer: row.developer,
    })
    expect({ administrator: await statusOf(t.administrator.token, row.owner) }).toEqual({
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
