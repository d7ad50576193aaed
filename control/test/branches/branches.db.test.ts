// Branches as their owners see them: made, listed, changed, deleted, kept.

import { sql as statement } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create, ended, migrate, sql, history, untilBranch } = branchSteps(t)
afterAll(() => t.close())

let parent: string
beforeAll(async () => {
  parent = await t.createProject()
})
const path = () => `/v1/projects/${parent}/branches`

describe('the first branch', () => {
  test('without one, branching is off', async () => {
    expect(await t.asOwner('GET', path())).toMatchObject({
      status: 422,
      body: { message: 'Preview branching is not enabled for this project.' },
    })
    expect((await t.asOwner('GET', `/v1/projects/${parent}`)).body.is_branch_enabled).toBe(false)
  })

  test('brings the default one along and has what its parent has: migrations, functions, no rows', async () => {
    await migrate(parent, 'first', 'create table public.todos (id int primary key, title text)')
    await migrate(parent, 'second', 'alter table public.todos add done boolean')
    await sql(parent, "insert into public.todos values (1, 'bread')")
    const code = {
      slug: 'hello',
      name: 'hello',
      body: 'Deno.serve(() => new Response("hi"))',
      verify_jwt: false,
    }
    expect((await t.asOwner('POST', `/v1/projects/${parent}/functions`, code)).status).toBe(201)
    const made = await t.asOwner('POST', path(), {
      branch_name: 'feature',
      git_branch: 'feat',
      secrets: { KEY: 'x' },
    })
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'feature',
        git_branch: 'feat',
        parent_project_ref: parent,
        is_default: false,
        persistent: false,
        with_data: false,
        status: 'CREATING_PROJECT',
        preview_project_status: 'COMING_UP',
      },
    })
    const { project_ref: ref } = made.body
    expect(await ended(ref)).toBe(
      'clone EXITED,pull EXITED,health EXITED,configure EXITED,migrate EXITED,seed EXITED,deploy EXITED',
    )
    await untilBranch(ref, 'FUNCTIONS_DEPLOYED')
    expect(await history(ref)).toEqual(['first', 'second'])
    expect(await sql(ref, 'select count(*) as n from public.todos')).toEqual([{ n: 0 }])
    const functions = (await t.asOwner('GET', `/v1/projects/${ref}/functions`)).body
    expect(functions).toMatchObject([{ slug: 'hello', verify_jwt: false, status: 'ACTIVE' }])
    const secrets = (await t.asOwner('GET', `/v1/projects/${ref}/secrets`)).body
    expect(secrets.map(({ name }: { name: string }) => name)).toEqual(['KEY'])
    const all = (await t.asOwner('GET', path())).body
    expect(all.map((one: any) => [one.name, one.is_default, one.project_ref])).toEqual([
      ['main', true, parent],
      ['feature', false, ref],
    ])
    expect((await t.asOwner('GET', `/v1/projects/${ref}/branches`)).body).toEqual(all)
  })

  test('is a project with keys of its own, not among the projects of the account', async () => {
    const [, feature] = (await t.asOwner('GET', path())).body
    const ref = feature.project_ref
    expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body).toMatchObject({
      name: 'feature',
      status: 'ACTIVE_HEALTHY',
      parent_project_ref: parent,
      is_branch_enabled: true,
    })
    const keysOf = async (one: string) =>
      (await t.asOwner('GET', `/v1/projects/${one}/api-keys?reveal=true`)).body.map(
        ({ api_key }: { api_key: string }) => api_key,
      )
    const keys = await keysOf(ref)
    expect(keys.length).toBe(4)
    for (const key of await keysOf(parent)) expect(keys).not.toContain(key)
    const listed = (await t.asOwner('GET', '/v1/projects')).body.map((one: { ref: string }) => one.ref)
    expect(listed).toEqual([parent])
    const { projects } = (await t.asOwner('GET', `/v1/organizations/${t.organization}/projects`)).body
    expect(projects.map((one: any) => [one.ref, one.is_branch])).toEqual([
      [parent, false],
      [ref, true],
    ])
  })

  test('can be connected to; who may only read it gets no password', async () => {
    const [main, { id, project_ref: ref }] = (await t.asOwner('GET', path())).body
    const got = await t.asOwner('GET', `/v1/branches/${id}`)
    expect(got).toMatchObject({
      status: 200,
      body: {
        ref,
        status: 'ACTIVE_HEALTHY',
        db_host: `db.${ref}.localhost`,
        db_port: 54_320,
        db_user: 'postgres',
      },
    })
    expect((await t.asOwner('GET', `/v1/branches/${ref}`)).body).toEqual(got.body)
    expect(got.body).toMatchObject({ db_pass: expect.any(String), jwt_secret: expect.any(String) })
    const read = await t.call('GET', `/v1/branches/${id}`, { token: t.reader.token })
    expect(Object.keys(read.body)).not.toContain('db_pass')
    expect((await t.asOwner('GET', `/v1/branches/${main.id}`)).body.ref).toBe(parent)
    const developer = await t.call('GET', `/v1/branches/${main.id}`, { token: t.developer.token })
    expect([developer.status, developer.body.db_pass]).toEqual([200, undefined])
  })

  test('is found by its name', async () => {
    expect((await t.asOwner('GET', `${path()}/feature`)).body.name).toBe('feature')
    expect(await t.asOwner('GET', `${path()}/nobody`)).toMatchObject({
      status: 404,
      body: { message: 'Branch not found' },
    })
  })
})

const refusals: readonly (readonly [name: string, body: object, status: number])[] = [
  ['a name that is taken', { branch_name: 'feature' }, 409],
  ['the name of the default branch', { branch_name: 'main' }, 409],
  ['a second default branch', { branch_name: 'other', is_default: true }, 409],
  ['no name', {}, 400],
  ['an empty name', { branch_name: '' }, 400],
  ['an unknown region', { branch_name: 'x', region: 'mars-north-1' }, 400],
  ['another Postgres', { branch_name: 'x', postgres_engine: '15' }, 400],
  ['a reserved secret', { branch_name: 'x', secrets: { SUPABASE_URL: 'x' } }, 400],
  ['an address that is none', { branch_name: 'x', notify_url: 'file:///etc/passwd' }, 400],
]
test.each(refusals)('%s is refused', async (_name, body, status) => {
  expect((await t.asOwner('POST', path(), body)).status).toBe(status)
  expect((await t.asOwner('GET', path())).body.length).toBe(2)
})

test('a branch has no branches', async () => {
  const [, { project_ref: ref }] = (await t.asOwner('GET', path())).body
  expect((await t.asOwner('POST', `/v1/projects/${ref}/branches`, { branch_name: 'x' })).status).toBe(422)
})

test('of many with one name at once, one is made', async () => {
  const make = () => t.asOwner('POST', path(), { branch_name: 'raced' })
  const statuses = (await Promise.all([make(), make(), make()])).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([201, 409, 409])
  const raced = (await t.asOwner('GET', `${path()}/raced`)).body
  await ended(raced.project_ref)
  expect((await t.asOwner('DELETE', `/v1/branches/${raced.id}`)).body).toEqual({ message: 'ok' })
})

test('is changed', async () => {
  const { id } = (await t.asOwner('GET', `${path()}/feature`)).body
  const wish = {
    branch_name: 'renamed',
    persistent: true,
    request_review: true,
    notify_url: 'https://a.test/x',
  }
  expect(await t.asOwner('PATCH', `/v1/branches/${id}`, wish)).toMatchObject({
    status: 200,
    body: { name: 'renamed', persistent: true, git_branch: 'feat', review_requested_at: expect.any(String) },
  })
  expect((await t.asOwner('PATCH', `/v1/branches/${id}`, { branch_name: 'main' })).status).toBe(409)
  const back = await t.asOwner('PATCH', `/v1/branches/${id}`, {
    request_review: false,
    status: 'MIGRATIONS_FAILED',
  })
  expect(back.body).toMatchObject({ status: 'MIGRATIONS_FAILED' })
  expect(back.body.review_requested_at).toBeUndefined()
})

describe('deletion', () => {
  test('of a persistent branch and of the default one is refused, also under its address as a project', async () => {
    const [main, { id, project_ref: ref }] = (await t.asOwner('GET', path())).body
    for (const address of [`/v1/branches/${id}`, `/v1/projects/${ref}`])
      expect(await t.asOwner('DELETE', address)).toMatchObject({
        status: 422,
        body: {
          message: 'Cannot delete a persistent branch. Set persistent to false first, then delete it.',
        },
      })
    expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('ACTIVE_HEALTHY')
    expect((await t.asOwner('DELETE', `/v1/branches/${main.id}`)).status).toBe(422)
    expect((await t.asOwner('PATCH', `/v1/branches/${id}`, { persistent: false })).status).toBe(200)
  })

  test('without force is an hour away and can be taken back', async () => {
    const { id, project_ref: ref } = (await t.asOwner('GET', `${path()}/renamed`)).body
    expect((await t.asOwner('POST', `/v1/branches/${id}/restore`)).status).toBe(422)
    expect((await t.asOwner('DELETE', `/v1/branches/${id}?force=false`)).status).toBe(200)
    const { deletion_scheduled_at: at } = (await t.asOwner('GET', `${path()}/renamed`)).body
    expect(Date.parse(at)).toBeGreaterThan(Date.now() + 3_500_000)
    expect((await t.asOwner('POST', `/v1/branches/${id}/push`, {})).status).toBe(409)
    expect(await t.asOwner('POST', `/v1/branches/${id}/restore`)).toMatchObject({
      status: 200,
      body: { message: 'Branch restoration initiated' },
    })
    expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('ACTIVE_HEALTHY')
  })

  test('that was to come is off once the branch is persistent; a new name alone keeps it', async () => {
    const { id } = (await t.asOwner('GET', `${path()}/renamed`)).body
    expect((await t.asOwner('DELETE', `/v1/branches/${id}?force=false`)).status).toBe(200)
    const edit = async (wish: object) => (await t.asOwner('PATCH', `/v1/branches/${id}`, wish)).body
    expect((await edit({ branch_name: 'renamed' })).deletion_scheduled_at).toEqual(expect.any(String))
    expect((await edit({ persistent: true })).deletion_scheduled_at).toBeUndefined()
    expect((await t.asOwner('POST', `/v1/branches/${id}/restore`)).status).toBe(422)
    expect((await edit({ persistent: false })).deletion_scheduled_at).toBeUndefined()
  })

  test('comes when its time has come', async () => {
    const { id, project_ref: ref } = await create(parent, { branch_name: 'short' })
    await t.asOwner('DELETE', `/v1/branches/${id}?force=false`)
    await t.pool.run(statement`update branches set deletion_scheduled_at = now() where id = ${id}`)
    await vi.waitFor(async () => expect((await t.asOwner('GET', `/v1/branches/${id}`)).status).toBe(404), {
      timeout: 15_000,
    })
    await expect.poll(() => t.asOwner('GET', `/v1/projects/${ref}`)).toMatchObject({ status: 400 })
  })

  test('of the project that is a branch deletes the branch', async () => {
    const { id, project_ref: ref } = await create(parent, { branch_name: 'as project' })
    expect((await t.asOwner('DELETE', `/v1/projects/${ref}`)).body).toMatchObject({ ref, name: 'as project' })
    expect((await t.asOwner('GET', `/v1/branches/${id}`)).status).toBe(404)
    await expect.poll(() => t.asOwner('GET', `/v1/projects/${ref}`)).toMatchObject({ status: 400 })
    // The parent remembers what was done.
    const runs = (await t.asOwner('GET', `/v1/projects/${parent}/actions`)).body
    expect(runs.some((run: { branch_id: string }) => run.branch_id === id)).toBe(true)
  })

  test('of all switches branching off', async () => {
    const { project_ref: ref } = (await t.asOwner('GET', `${path()}/renamed`)).body
    expect(await t.asOwner('DELETE', path())).toMatchObject({ status: 200, body: '' })
    expect((await t.asOwner('GET', path())).status).toBe(422)
    await expect.poll(() => t.asOwner('GET', `/v1/projects/${ref}`)).toMatchObject({ status: 400 })
    expect((await t.asOwner('GET', `/v1/projects/${parent}`)).body.status).toBe('ACTIVE_HEALTHY')
  })

  test('of the parent takes its branches along', async () => {
    const other = await t.createProject({ name: 'Other' })
    await migrate(other, 'start', 'select 1')
    const { project_ref: ref } = await create(other)
    expect((await t.asOwner('DELETE', `/v1/projects/${other}`)).status).toBe(200)
    await expect
      .poll(() => t.asOwner('GET', `/v1/projects/${ref}`))
      .toMatchObject({ status: 400, body: { message: 'Resource has been removed' } })
  })
})

test('the default branch can be made first, under a name of one’s own', async () => {
  const made = await t.asOwner('POST', path(), { branch_name: 'Production', is_default: true })
  expect(made).toMatchObject({
    status: 201,
    body: { is_default: true, project_ref: parent, persistent: true },
  })
  expect((await t.asOwner('GET', path())).body.length).toBe(1)
  expect((await t.asOwner('POST', `/v1/branches/${made.body.id}/merge`, {})).status).toBe(422)
  expect(await t.asOwner('GET', `/v1/branches/${made.body.id}/diff`)).toMatchObject({ status: 200, body: '' })
  expect((await t.asOwner('DELETE', `/v1/branches/${made.body.id}`)).status).toBe(200)
  expect((await t.asOwner('GET', path())).status).toBe(422)
})

test('the newer half of the API makes branches, too', async () => {
  const attributes = { name: 'v2', persistent: true }
  const made = await t.asOwner('POST', `/v2/projects/${parent}/branches`, {
    data: { type: 'branch', attributes },
  })
  expect(made).toMatchObject({
    status: 200,
    body: {
      data: { type: 'branch', attributes: { name: 'v2', persistent: true, parent_project_ref: parent } },
    },
  })
  await ended(made.body.data.attributes.project_ref)
})
