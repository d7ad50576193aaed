// What a project decides about passkeys: whether there are any, for which site, and with which captcha.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
beforeAll(async () => {
  project = await testProject()
})
afterAll(() => project.drop())

it('are off until somebody turns them on', async () => {
  const off = await project.auth()
  for (const [method, path] of [
    ['POST', '/passkeys/authentication/options'],
    ['POST', '/passkeys/authentication/verify'],
    ['POST', '/passkeys/registration/options'],
    ['GET', '/passkeys'],
  ] as const)
    expect(await off.ask(method, path, {})).toMatchObject({
      status: 404,
      body: { error_code: 'passkey_disabled' },
    })
  expect((await off.ask('GET', '/settings')).body.passkeys_enabled).toBe(false)
  const on = await project.auth({ passkey_enabled: true })
  expect((await on.ask('GET', '/settings')).body.passkeys_enabled).toBe(true)
})

it('follow the site where none is named, and say what is missing where there is none', async () => {
  const plain = await project.auth({ passkey_enabled: true, site_url: 'https://shop.example.com/start' })
  const { body } = await plain.ask('POST', '/passkeys/authentication/options', {})
  expect(body.options.rpId).toBe('shop.example.com')
  const none = await project.auth({ passkey_enabled: true, site_url: 'shop://start' })
  const answer = await none.ask('POST', '/passkeys/authentication/options', {})
  expect(answer).toMatchObject({ status: 500, body: { msg: 'Failed to initialize WebAuthn' } })
})

it('ask for a captcha before a sign-in begins', async () => {
  const service = await project.auth(
    { passkey_enabled: true, security_captcha_enabled: true },
    { outbound: async () => ({ status: 200, text: '{"success":true}' }) },
  )
  const path = '/passkeys/authentication/options'
  expect((await service.ask('POST', path, {})).body.error_code).toBe('captcha_failed')
  const solved = { gotrue_meta_security: { captcha_token: 'solved' } }
  expect((await service.ask('POST', path, solved)).status).toBe(200)
})
