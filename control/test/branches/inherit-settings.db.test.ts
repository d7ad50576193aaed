// What a new branch takes over from its parent, and what stays where it is.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create, ended, move, migrate } = branchSteps(t)
afterAll(() => t.close())

const change = async (ref: string, path: string, body: object) => {
  const reply = await t.asOwner('PATCH', `/v1/projects/${ref}/${path}`, body)
  expect([200, 204]).toContain(reply.status)
}
const read = async (ref: string, path: string) => (await t.asOwner('GET', `/v1/projects/${ref}/${path}`)).body

test('settings come along at the start, what needs a secret does not; later changes stay on their side', async () => {
  const parent = await t.createProject()
  await migrate(parent, 'start', 'select 1')
  await change(parent, 'postgrest', { db_schema: 'public,shop', max_rows: 77 })
  await change(parent, 'config/realtime', { max_concurrent_users: 321 })
  await change(parent, 'config/storage', { fileSizeLimit: 1234 })
  await change(parent, 'config/auth', {
    site_url: 'https://shop.example.com',
    jwt_exp: 1800,
    external_github_enabled: true,
    external_github_client_id: 'id',
    external_github_secret: 'hush-github',
    external_anonymous_users_enabled: true,
    smtp_host: 'smtp.example.com',
    smtp_port: '587',
    smtp_user: 'me',
    smtp_pass: 'hush-smtp',
    smtp_admin_email: 'me@example.com',
    smtp_max_frequency: 7,
    hook_custom_access_token_enabled: true,
    hook_custom_access_token_uri: 'pg-functions://postgres/public/claims',
    hook_send_sms_enabled: true,
    hook_send_sms_uri: 'https://hook.example.com/sms',
    hook_send_sms_secrets: 'v1,whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0',
    sms_provider: 'twilio',
    sms_twilio_account_sid: 'sid',
    sms_twilio_auth_token: 'hush-sms',
    sms_otp_exp: 99,
  })
  const { id, project_ref: ref } = await create(parent, { with_data: false })
  expect(await read(ref, 'postgrest')).toMatchObject({ db_schema: 'public,shop', max_rows: 77 })
  expect((await read(ref, 'config/realtime')).max_concurrent_users).toBe(321)
  expect((await read(ref, 'config/storage')).fileSizeLimit).toBe(1234)
  expect(await read(ref, 'config/auth')).toMatchObject({
    site_url: 'https://shop.example.com',
    jwt_exp: 1800,
    external_anonymous_users_enabled: true,
    external_github_enabled: false,
    external_github_client_id: null,
    external_github_secret: null,
    smtp_host: null,
    smtp_pass: null,
    smtp_max_frequency: 7,
    hook_custom_access_token_uri: 'pg-functions://postgres/public/claims',
    hook_send_sms_enabled: false,
    hook_send_sms_uri: null,
    sms_twilio_account_sid: null,
    sms_twilio_auth_token: null,
    sms_otp_exp: 99,
  })
  expect(JSON.stringify(t.host.specs.filter((spec) => spec.ref === ref))).not.toContain('hush')

  await change(ref, 'config/auth', { jwt_exp: 900 })
  await change(parent, 'postgrest', { max_rows: 78 })
  await migrate(ref, 'one', 'create table public.one (id int)')
  await move(id, 'merge')
  expect(await ended(ref)).not.toContain('DEAD')
  expect((await read(parent, 'config/auth')).jwt_exp).toBe(1800)
  expect((await read(ref, 'postgrest')).max_rows).toBe(77)
})

test('migrations made at the same moment on both sides have versions of their own, and both are merged', async () => {
  const parent = await t.createProject()
  await migrate(parent, 'start', 'select 1')
  const [one, two] = [
    await create(parent, { branch_name: 'one' }),
    await create(parent, { branch_name: 'two' }),
  ]
  const sides = [parent, one.project_ref, two.project_ref]
  await Promise.all(
    sides.flatMap((ref, side) =>
      [1, 2].map((n) => migrate(ref, `m${side}${n}`, `create table public.m${side}${n} (id int)`)),
    ),
  )
  for (const { id, project_ref } of [one, two]) {
    await move(id, 'merge')
    expect(await ended(project_ref)).not.toContain('DEAD')
  }
  const history = await read(parent, 'database/migrations')
  const versions = history.map(({ version }: { version: string }) => version)
  expect([versions.length, new Set(versions).size]).toEqual([7, 7])
})
