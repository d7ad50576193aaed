// Every hook, as a function of the database and behind HTTP.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { raw, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpCode } from '../../src/core/totp.ts'
import { type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
const asked: any[] = []
let answer: object | undefined
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString()
  })
  request.on('end', () => {
    asked.push(JSON.parse(body))
    if (answer === undefined) response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
})

beforeAll(async () => {
  project = await testProject()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await project.drop()
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})

let count = 0
/** A function that gets the event and answers with `body`. */
const pgHook = async (hook: string, body: string) => {
  count += 1
  await project.admin.run(
    sql`${raw(`
    create function public.hook_${count}(event jsonb) returns jsonb language plpgsql security definer as $hook$
    begin ${body} end $hook$;
    grant usage on schema public to supabase_auth_admin;
    grant execute on function public.hook_${count} to supabase_auth_admin`)}`,
  )
  const uri = `pg-functions://postgres/public/hook_${count}`
  return { [`hook_${hook}_enabled`]: true, [`hook_${hook}_uri`]: uri }
}
const httpHook = (hook: string) => ({
  [`hook_${hook}_enabled`]: true,
  [`hook_${hook}_uri`]: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  [`hook_${hook}_secrets`]: 'v1,whsec_dGVzdA==',
})
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const someone = (name: string) => ({ email: `${name}@hooks.test`, password: 'password' })

describe('custom access token', () => {
  it('adds claims, at sign-up and at refresh', async () => {
    const config = await pgHook(
      'custom_access_token',
      `return jsonb_build_object('claims', event->'claims' ||
         jsonb_build_object('plan', 'pro', 'by', event->>'authentication_method'));`,
    )
    const service = await project.auth(config)
    const { body } = await service.ask('POST', '/signup', someone('claims'))
    expect(claimsOf(body.access_token)).toMatchObject({ plan: 'pro', by: 'password', role: 'authenticated' })
    const again = await service.ask('POST', '/token?grant_type=refresh_token', {
      refresh_token: body.refresh_token,
    })
    expect(claimsOf(again.body.access_token)).toMatchObject({ plan: 'pro', by: 'token_refresh' })
  })

  it.each([
    [
      'claims that are no token',
      `return jsonb_build_object('claims', jsonb_build_object('sub', 'x'));`,
      /schema/,
    ],
    ['no claims', `return '{}';`, /output claims field is missing/],
    ['claims of null', `return '{"claims":null}';`, /schema: \n- \(root\): Invalid type. Expected: object/],
    ['claims of another type', `return '{"claims":[]}';`, /Error unmarshaling JSON output/],
    [
      'a claim of another type',
      `return jsonb_set(event, '{claims,exp}', '"soon"');`,
      /- exp: Invalid type. Expected: integer, given: string\n/,
    ],
    ['an error of its own', `return '{"error":{"http_code":403,"message":"not today"}}';`, /not today/],
    ['an exception', `raise exception 'boom';`, /^boom$/],
    ['a mistake', `perform nothing();`, /Error running hook URI: pg-functions/],
  ])('refuses %s', async (name, body, message) => {
    const service = await project.auth(await pgHook('custom_access_token', body))
    const reply = await service.ask('POST', '/signup', someone(name.replaceAll(' ', '-')))
    // What the owner's function raises is told in Postgres' shape to clients that name no version.
    expect([reply.status, reply.body.msg ?? reply.body.message]).toEqual([
      name.startsWith('an error') ? 403 : 500,
      expect.stringMatching(message),
    ])
  })

  it('ends a function after two seconds', async () => {
    const service = await project.auth(
      await pgHook('custom_access_token', `perform pg_sleep(600); return '{}';`),
    )
    expect((await service.ask('POST', '/signup', someone('slow'))).status).toBe(500)
  })
})

describe('before user created', () => {
  it('lets the project refuse an account', async () => {
    const config = await pgHook(
      'before_user_created',
      `if event->'user'->>'email' like '%@hooks.test' then return '{"error":{"http_code":400,"message":"no"}}';
       end if; return '{}';`,
    )
    const service = await project.auth({ ...config, external_anonymous_users_enabled: true })
    const refused = await service.ask('POST', '/signup', someone('refused'))
    expect([refused.status, refused.body.msg]).toEqual([400, 'no'])
    const [row] = await project.admin.query<{ n: number }>(
      sql`select count(*)::int as n from auth.users where email = 'refused@hooks.test'`,
    )
    expect(row?.n).toBe(0)
    expect((await service.ask('POST', '/signup', { ...someone('x'), email: 'a@b.test' })).status).toBe(200)
    expect((await service.ask('POST', '/signup', {})).status).toBe(200)
    const token = service.serviceToken
    const invited = await service.ask('POST', '/invite', { email: 'invited@hooks.test' }, { token })
    expect(invited.status).toBe(400)
    const link = { type: 'magiclink', email: 'linked@hooks.test' }
    expect((await service.ask('POST', '/admin/generate_link', link, { token })).status).toBe(400)
  })
})

it('before and after are told the same account', async () => {
  const service = await project.auth({
    ...httpHook('before_user_created'),
    ...httpHook('after_user_created'),
  })
  answer = {}
  asked.splice(0)
  const { body } = await service.ask('POST', '/signup', { ...someone('both'), data: { color: 'red' } })
  expect(asked.map(({ metadata, user }) => [metadata.name, user.id, user.user_metadata.color])).toEqual([
    ['before-user-created', body.user.id, 'red'],
    ['after-user-created', body.user.id, 'red'],
  ])
  expect(asked[0].metadata).toMatchObject({ ip_address: '127.0.0.1', uuid: expect.any(String) })
})

describe('sending', () => {
  it('a letter goes to the hook instead', async () => {
    const service = await project.auth({ ...httpHook('send_email'), mailer_autoconfirm: false })
    asked.splice(0)
    answer = {}
    const { email } = someone('letter')
    expect((await service.ask('POST', '/signup', someone('letter'))).status).toBe(200)
    expect(service.letters).toEqual([])
    const [{ user, email_data: data }] = asked
    expect([user.email, data.email_action_type, data.site_url]).toEqual([
      email,
      'signup',
      'http://ref.localhost:8000/auth/v1',
    ])
    const entered = await service.ask('POST', '/verify', { type: 'signup', email, token: data.token })
    expect(entered.status).toBe(200)
  })

  it('a change of address is one call with both codes', async () => {
    const service = await project.auth({ ...httpHook('send_email'), mailer_autoconfirm: false })
    const account = { ...someone('change'), email_confirm: true }
    await service.ask('POST', '/admin/users', account, { token: service.serviceToken })
    const { body } = await service.ask('POST', '/token?grant_type=password', someone('change'))
    asked.splice(0)
    answer = {}
    const token = body.access_token
    expect((await service.ask('PUT', '/user', { email: 'changed@hooks.test' }, { token })).status).toBe(200)
    expect(asked).toHaveLength(1)
    const { email_data: data } = asked[0]
    expect(data.email_action_type).toBe('email_change')
    const enter = (email: string, code: string) =>
      service.ask('POST', '/verify', { type: 'email_change', email, token: code })
    expect((await enter('change@hooks.test', data.token)).status).toBe(200)
    expect((await enter('changed@hooks.test', data.token_new)).body.user.email).toBe('changed@hooks.test')
  })

  it('a text goes to the hook, and its no to the caller', async () => {
    const service = await project.auth({ ...httpHook('send_sms'), external_phone_enabled: true })
    asked.splice(0)
    answer = {}
    const phone = '4915100000001'
    expect((await service.ask('POST', '/otp', { phone })).status).toBe(200)
    const { sms } = asked[0]
    expect(sms.phone).toBe(phone)
    const entered = await service.ask('POST', '/verify', { type: 'sms', phone, token: sms.otp })
    expect(entered.status).toBe(200)
    answer = { error: { http_code: 418, message: 'no tea' } }
    const refused = await service.ask('POST', '/otp', { phone: '4915100000002' })
    expect([refused.status, refused.body.msg]).toEqual([418, 'no tea'])
  })
})

it('attempts with a password are watched, and can be refused', async () => {
  const service = await project.auth(
    await pgHook(
      'password_verification_attempt',
      `if event->>'valid' = 'true' then return '{"decision":"continue"}'; end if;
       return '{"decision":"reject","message":"locked","should_logout_user":true}';`,
    ),
  )
  const who = someone('watched')
  const { body } = await service.ask('POST', '/signup', who)
  expect((await service.ask('POST', '/token?grant_type=password', who)).status).toBe(200)
  const wrong = await service.ask('POST', '/token?grant_type=password', { ...who, password: 'wrong-one' })
  expect([wrong.status, wrong.body.error_code, wrong.body.msg]).toEqual([
    400,
    'invalid_credentials',
    'locked',
  ])
  expect((await service.ask('GET', '/user', undefined, { token: body.access_token })).status).toBe(403)
})

it('so are attempts with a second factor', async () => {
  const service = await project.auth(
    await pgHook(
      'mfa_verification_attempt',
      `return jsonb_build_object('decision',
      case when event->>'valid' = 'true' then 'continue' else 'reject' end);`,
    ),
  )
  const { body } = await service.ask('POST', '/signup', someone('factor'))
  const token = body.access_token
  const { body: factor } = await service.ask('POST', '/factors', { factor_type: 'totp' }, { token })
  const path = `/factors/${factor.id}`
  const challenge = async () => (await service.ask('POST', `${path}/challenge`, {}, { token })).body.id
  const wrong = { challenge_id: await challenge(), code: '000000' }
  const refused = await service.ask('POST', `${path}/verify`, wrong, { token })
  expect([refused.status, refused.body.error_code]).toEqual([403, 'mfa_verification_rejected'])
  expect((await service.ask('GET', '/user', undefined, { token })).status).toBe(403)
  const { body: next } = await service.ask('POST', '/token?grant_type=password', someone('factor'))
  const how = { token: next.access_token }
  const { body: asking } = await service.ask('POST', `${path}/challenge`, {}, how)
  const right = { challenge_id: asking.id, code: totpCode(factor.totp.secret, Date.now()) }
  expect((await service.ask('POST', `${path}/verify`, right, how)).status).toBe(200)
})
