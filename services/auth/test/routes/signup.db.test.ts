// Signing up: with a password, confirmed at once or by letter, and anonymously.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auto: TestAuth
let careful: TestAuth
beforeAll(async () => {
  project = await testProject()
  auto = await project.auth({ external_anonymous_users_enabled: true })
  careful = await project.auth({ mailer_autoconfirm: false, external_phone_enabled: true })
})
afterAll(() => project.drop())

const password = 'correct horse'

describe('with autoconfirm', () => {
  it('answers a session whose claims say who it is', async () => {
    const data = { full_name: 'Ann', email: 'forged@example.com' }
    const answer = await auto.ask('POST', '/signup', { email: 'Ann@Example.com', password, data })
    expect(answer.status).toBe(200)
    const { user, ...session } = answer.body
    expect(session).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: expect.any(Number),
      refresh_token: expect.stringMatching(/^[a-z0-9]{12}$/),
    })
    const [header, claims] = session.access_token
      .split('.', 2)
      .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(claims).toEqual({
      iss: 'http://ref.localhost:8000/auth/v1',
      sub: user.id,
      aud: 'authenticated',
      exp: session.expires_at,
      iat: session.expires_at - 3600,
      email: 'ann@example.com',
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: {
        sub: user.id,
        email: 'ann@example.com',
        email_verified: true,
        phone_verified: false,
        full_name: 'Ann',
      },
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: expect.any(Number) }],
      session_id: answer.headers['sb-auth-session-id'],
      is_anonymous: false,
    })
    expect(user).toEqual({
      id: answer.headers['sb-auth-user-id'],
      aud: 'authenticated',
      role: 'authenticated',
      email: 'ann@example.com',
      email_confirmed_at: expect.stringMatching(/Z$/),
      phone: '',
      confirmed_at: user.email_confirmed_at,
      last_sign_in_at: expect.stringMatching(/Z$/),
      app_metadata: claims.app_metadata,
      user_metadata: claims.user_metadata,
      identities: [
        {
          identity_id: expect.any(String),
          id: user.id,
          user_id: user.id,
          identity_data: {
            sub: user.id,
            email: 'ann@example.com',
            email_verified: false,
            phone_verified: false,
            full_name: 'Ann',
          },
          provider: 'email',
          last_sign_in_at: expect.stringMatching(/Z$/),
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
          email: 'ann@example.com',
        },
      ],
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      is_anonymous: false,
    })
  })

  it('keeps columns as seeds and triggers of owners know them', async () => {
    const { body } = await auto.ask('POST', '/signup', { email: 'row@example.com', password })
    const row = await auto.pool.one(sql`select * from auth.users where id = ${body.user.id}`)
    expect(row).toMatchObject({
      instance_id: '00000000-0000-0000-0000-000000000000',
      confirmation_token: '',
      recovery_token: '',
      email_change: '',
      email_change_token_new: '',
      email_change_token_current: '',
      phone_change: '',
      phone_change_token: '',
      reauthentication_token: '',
      phone: null,
      encrypted_password: expect.stringMatching(/^\$2a\$10\$/),
      is_sso_user: false,
    })
  })

  it('tells that the address is taken', async () => {
    await auto.ask('POST', '/signup', { email: 'twice@example.com', password })
    const again = await auto.ask('POST', '/signup', { email: 'TWICE@example.com', password })
    expect(again).toMatchObject({
      status: 422,
      body: { code: 422, error_code: 'user_already_exists', msg: 'User already registered' },
    })
  })

  it('lets one of many at the same moment in and tells the others', async () => {
    const wish = { email: 'race@example.com', password }
    const answers = await Promise.all([1, 2, 3, 4].map(() => auto.ask('POST', '/signup', wish)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422])
  })

  it.each([{}, { data: { plan: 'free' } }])('makes an anonymous user of %j', async (wish) => {
    const { status, body } = await auto.ask('POST', '/signup', wish)
    expect(status).toBe(200)
    expect(body.user).toMatchObject({
      is_anonymous: true,
      email: '',
      phone: '',
      app_metadata: {},
      user_metadata: wish.data ?? {},
      identities: [],
    })
    const me = await auto.ask('GET', '/user', undefined, { token: body.access_token })
    expect(me.body.id).toBe(body.user.id)
  })
})

describe('with confirmation', () => {
  it('answers the bare user and sends a letter', async () => {
    const { status, body } = await careful.ask('POST', '/signup', { email: 'wait@example.com', password })
    expect(status).toBe(200)
    expect(body).toMatchObject({ email: 'wait@example.com', confirmation_sent_at: expect.any(String) })
    expect(body).not.toHaveProperty('access_token')
    expect(body).not.toHaveProperty('email_confirmed_at')
    const letter = careful.letters.find(({ to }) => to === 'wait@example.com')
    expect(letter).toMatchObject({ kind: 'confirmation', code: expect.stringMatching(/^\d{6}$/) })
    const link = new URL(letter?.link ?? '')
    expect(link.origin + link.pathname).toBe('http://ref.localhost:8000/auth/v1/verify')
    expect(link.searchParams.get('type')).toBe('signup')
    const wish = { email: 'wait@example.com', password }
    expect((await careful.ask('POST', '/token?grant_type=password', wish)).body.error_code).toBe(
      'email_not_confirmed',
    )
  })

  it('answers for a taken address as for a new one', async () => {
    await auto.ask('POST', '/signup', { email: 'hidden@example.com', password, data: { secret: 1 } })
    const fresh = await careful.ask('POST', '/signup', { email: 'fresh@example.com', password })
    const taken = await careful.ask('POST', '/signup', { email: 'hidden@example.com', password })
    expect(taken.status).toBe(200)
    expect(Object.keys(taken.body).sort()).toEqual(Object.keys(fresh.body).sort())
    expect(taken.body).toMatchObject({ email: 'hidden@example.com', identities: [], user_metadata: {} })
    expect(careful.letters.filter(({ to }) => to === 'hidden@example.com')).toEqual([])
  })

  it('sends the second letter a minute later', async () => {
    const wish = { email: 'often@example.com', password }
    await careful.ask('POST', '/signup', wish)
    const { status, body } = await careful.ask('POST', '/signup', wish)
    expect(status).toBe(429)
    expect(body).toMatchObject({
      error_code: 'over_email_send_rate_limit',
      msg: expect.stringMatching(/^For security purposes, you can only request this after \d+ seconds\.$/),
    })
    careful.pass(61)
    expect((await careful.ask('POST', '/signup', wish)).status).toBe(200)
  })

  it('sends codes to phones', async () => {
    const { status, body } = await careful.ask('POST', '/signup', { phone: '+49 170 1234567', password })
    expect(status).toBe(200)
    expect(body).toMatchObject({ phone: '491701234567', app_metadata: { provider: 'phone' } })
    expect(careful.letters.find(({ to }) => to === '491701234567')).toMatchObject({ kind: 'sms' })
  })
})

describe('a trigger of the owner', () => {
  it('sees the new user in the same transaction, and its exception undoes the sign-up', async () => {
    await project.admin.session((session) =>
      session.script(`
        create table public.profiles (id uuid primary key references auth.users, name text check (name <> 'Mallory'));
        create function public.handle_new_user() returns trigger language plpgsql security definer as $$
        begin
          insert into public.profiles values (new.id, new.raw_user_meta_data ->> 'name');
          return new;
        end $$;
        create trigger on_auth_user_created after insert on auth.users
          for each row execute function public.handle_new_user();`),
    )
    const good = await auto.ask('POST', '/signup', {
      email: 'p1@example.com',
      password,
      data: { name: 'Pat' },
    })
    const rows = await project.admin.query(
      sql`select name from public.profiles where id = ${good.body.user.id}`,
    )
    expect(rows).toEqual([{ name: 'Pat' }])

    const bad = await auto.ask('POST', '/signup', {
      email: 'p2@example.com',
      password,
      data: { name: 'Mallory' },
    })
    expect(bad.status).toBe(500)
    // Without the row that broke the rule.
    expect(bad.body).toEqual({ code: '23514', message: expect.stringContaining('profiles_name_check') })
    expect(await project.admin.query(sql`select 1 from auth.users where email = 'p2@example.com'`)).toEqual(
      [],
    )
    await project.admin.session((session) =>
      session.script('drop trigger on_auth_user_created on auth.users; drop table public.profiles'),
    )
  })
})
