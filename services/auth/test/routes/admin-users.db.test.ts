// Accounts in the hands of an administrator.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ mailer_autoconfirm: false })
})
afterAll(() => project.drop())

const admin = (method: string, path: string, body?: unknown) =>
  auth.ask(method, `/admin/users${path}`, body, { token: auth.serviceToken })
const signIn = (email: string, password: string) =>
  auth.ask('POST', '/token?grant_type=password', { email, password })

describe('who may', () => {
  it('nobody without a token, no ordinary token', async () => {
    expect((await auth.ask('GET', '/admin/users')).body.error_code).toBe('no_authorization')
    expect(await auth.ask('GET', '/admin/users', undefined, { token: auth.anonToken })).toMatchObject({
      status: 403,
      body: { error_code: 'not_admin', msg: 'User not allowed' },
    })
    await admin('POST', '', { email: 'plain@example.com', password: 'secret1', email_confirm: true })
    const { body } = await signIn('plain@example.com', 'secret1')
    const answer = await auth.ask('GET', '/admin/users', undefined, { token: body.access_token })
    expect(answer.body.error_code).toBe('not_admin')
  })
})

describe('create', () => {
  it('makes a confirmed user who can sign in', async () => {
    const { status, body } = await admin('POST', '', {
      email: 'New@Example.com',
      phone: '+49 170 99',
      password: 'secret1',
      email_confirm: true,
      user_metadata: { name: 'N' },
      app_metadata: { plan: 'pro' },
      role: 'editor',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      email: 'new@example.com',
      phone: '4917099',
      role: 'editor',
      aud: 'authenticated',
      email_confirmed_at: expect.any(String),
      user_metadata: { name: 'N', email_verified: true },
      app_metadata: { provider: 'email', providers: ['email', 'phone'], plan: 'pro' },
    })
    expect(body.identities.map(({ provider }: { provider: string }) => provider).sort()).toEqual([
      'email',
      'phone',
    ])
    expect((await signIn('new@example.com', 'secret1')).status).toBe(200)
  })

  it.each([
    ['bcrypt', 'test', '$2y$10$va66S4MxFrH6G6L7BzYl0.QgcYgvSr/F92gc.3botlz7bG4p/g/1i'],
    [
      'argon2',
      'test',
      '$argon2id$v=19$m=32,t=3,p=2$SFVpOWJ0eXhjRzVkdGN1RQ$RXnb8rh7LaDcn07xsssqqulZYXOM/EUCEFMVcAcyYVk',
    ],
  ])('imports a user with a %s hash', async (kind, password, hash) => {
    const email = `${kind}@example.com`
    await admin('POST', '', { email, password_hash: hash, email_confirm: true })
    expect((await signIn(email, password)).status).toBe(200)
    expect((await signIn(email, `${password}!`)).status).toBe(400)
  })

  it('takes an id', async () => {
    const id = '22222222-2222-4222-8222-222222222222'
    expect((await admin('POST', '', { id, email: 'id@example.com' })).body.id).toBe(id)
  })

  it.each([
    [{}, 400, 'validation_failed', 'Cannot create a user without either an email or phone'],
    [{ email: 'x' }, 400, 'validation_failed', undefined],
    [
      { email: 'dup@example.com' },
      422,
      'email_exists',
      'A user with this email address has already been registered',
    ],
    [{ phone: '4912345' }, 422, 'phone_exists', 'Phone number already registered by another user'],
    [
      { email: 'a@b.co', password: 'x', password_hash: 'y' },
      400,
      'validation_failed',
      'Only a password or a password hash should be provided',
    ],
    [{ email: 'a@b.co', password_hash: 'y' }, 400, 'validation_failed', undefined],
    [{ email: 'a@b.co', password: 'x'.repeat(73) }, 400, 'validation_failed', undefined],
    [
      { email: 'a@b.co', ban_duration: 'never' },
      400,
      'validation_failed',
      'invalid format for ban duration: time: invalid duration "never"',
    ],
    [{ email: 'a@b.co', id: 'x' }, 400, 'validation_failed', 'ID must conform to the uuid v4 format'],
    [
      { email: 'a@b.co', id: '00000000-0000-0000-0000-000000000000' },
      400,
      'validation_failed',
      'ID cannot be a nil uuid',
    ],
  ])('refuses %j', async (wish, status, code, message) => {
    await admin('POST', '', { email: 'dup@example.com', phone: '4912345' })
    const answer = await admin('POST', '', wish)
    expect(answer).toMatchObject({ status, body: { error_code: code } })
    if (message !== undefined) expect(answer.body.msg).toBe(message)
  })
})

describe('read', () => {
  it('lists pages, newest first', async () => {
    const { body: all, headers } = await admin('GET', '')
    expect(all.aud).toBe('authenticated')
    const total = Number(headers['x-total-count'])
    expect(all.users).toHaveLength(total)
    const times = all.users.map(({ created_at }: { created_at: string }) => created_at)
    expect(times).toEqual([...times].sort().reverse())
    const page = await admin('GET', '?page=1&per_page=2')
    expect(page.body.users.map(({ id }: { id: string }) => id)).toEqual(
      all.users.slice(0, 2).map(({ id }: { id: string }) => id),
    )
    const last = Math.ceil(total / 2)
    expect(page.headers['link']).toBe(
      `</admin/users?page=2&per_page=2>; rel="next", </admin/users?page=${last}&per_page=2>; rel="last"`,
    )
    const end = await admin('GET', `?page=${last}&per_page=2`)
    expect(end.headers['link']).toBe(`</admin/users?page=${last}&per_page=2>; rel="last"`)
  })

  it('filters and sorts', async () => {
    const { body } = await admin('GET', '?filter=argon')
    expect(body.users.map(({ email }: { email: string }) => email)).toEqual(['argon2@example.com'])
    const ascending = await admin('GET', '?sort=created_at%20asc&per_page=1')
    expect(ascending.body.users[0].email).toBe('plain@example.com')
  })

  it.each([
    ['?page=x', 'Bad Pagination Parameters'],
    ['?per_page=-1', 'Bad Pagination Parameters'],
    ['?sort=email', "Bad Sort Parameters: bad field for sort 'email'"],
    ['?sort=created_at%20up', 'Bad Sort Parameters'],
  ])('refuses %s', async (query, message) => {
    const { status, body } = await admin('GET', query)
    expect(status).toBe(400)
    expect(body.msg).toContain(message)
  })

  it.each([
    ['/x', 404, 'validation_failed', 'user_id must be an UUID'],
    ['/11111111-1111-4111-8111-111111111111', 404, 'user_not_found', 'User not found'],
  ])('%s', async (path, status, code, message) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(await admin(method, path, method === 'PUT' ? {} : undefined)).toMatchObject({
        status,
        body: { error_code: code, msg: message },
      })
    }
  })
})

describe('update', () => {
  it('counts at once, and a new password ends all sessions', async () => {
    const { body: user } = await admin('POST', '', {
      email: 'up@example.com',
      password: 'secret1',
      email_confirm: true,
    })
    const session = await signIn('up@example.com', 'secret1')
    const { body } = await admin('PUT', `/${user.id}`, {
      email: 'Up2@example.com',
      email_confirm: true,
      password: 'secret2',
      user_metadata: { a: 1 },
      app_metadata: { b: 2, providers: null },
      ban_duration: '-1h',
    })
    expect(body).toMatchObject({ email: 'up2@example.com', user_metadata: { a: 1 }, app_metadata: { b: 2 } })
    expect(body.app_metadata).not.toHaveProperty('providers')
    expect(body.identities[0].email).toBe('up2@example.com')
    expect((await auth.ask('GET', '/user', undefined, { token: session.body.access_token })).status).toBe(403)
    expect((await signIn('up2@example.com', 'secret2')).status).toBe(200)
  })

  it('bans for a while', async () => {
    const { body: user } = await admin('POST', '', { email: 'ban@example.com' })
    const { body } = await admin('PUT', `/${user.id}`, { ban_duration: '1h30m' })
    const minutes = (Date.parse(body.banned_until) - Date.parse(body.updated_at)) / 60_000
    expect(Math.round(minutes)).toBe(90)
  })
})

describe('delete', () => {
  it('removes the user and what follows it', async () => {
    const { body: user } = await admin('POST', '', { email: 'gone@example.com' })
    expect(await admin('DELETE', `/${user.id}`)).toMatchObject({ status: 200, body: {} })
    expect((await admin('GET', `/${user.id}`)).status).toBe(404)
  })

  it('softly: leaves a row that tells nothing', async () => {
    const { body: user } = await admin('POST', '', {
      email: 'soft@example.com',
      user_metadata: { name: 'S' },
    })
    await admin('DELETE', `/${user.id}`, { should_soft_delete: true })
    const { body } = await admin('GET', `/${user.id}`)
    expect(body).toMatchObject({
      id: user.id,
      deleted_at: expect.any(String),
      user_metadata: {},
      app_metadata: {},
    })
    expect(JSON.stringify(body)).not.toContain('soft@example.com')
    expect((await admin('POST', '', { email: 'soft@example.com' })).status).toBe(200)
  })
})
