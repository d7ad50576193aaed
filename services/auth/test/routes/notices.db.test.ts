// Letters that only tell what has happened to an account: sent when the project wants them, to whoever has to know.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const notices = ['password_changed', 'email_changed', 'phone_changed', 'identity_linked', 'identity_unlinked']
let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    ...Object.fromEntries(notices.map((name) => [`mailer_notifications_${name}_enabled`, true])),
    mailer_secure_email_change_enabled: false,
    external_phone_enabled: true,
    security_manual_linking_enabled: true,
    smtp_max_frequency: 0,
    sms_max_frequency: 0,
  })
})
afterAll(() => project.drop())

const password = 'correct horse'
let count = 0
const signUp = async (service = auth) => {
  count += 1
  const email = `n${count}@notices.test`
  const { body } = await service.ask('POST', '/signup', { email, password })
  service.letters.splice(0)
  return { email, id: body.user.id as string, token: body.access_token as string }
}
const newPhone = () => {
  count += 1
  return `4915200${String(count).padStart(5, '0')}`
}
const told = () =>
  auth.letters
    .filter(({ kind }) => kind.endsWith('_notification'))
    .map(({ kind, to, text }) => ({ kind: kind.replace('_notification', ''), to, text }))
const codeOf = () => auth.letters.find(({ code }) => code !== '')?.code ?? ''

describe('a notice', () => {
  it('of a new password goes to the user', async () => {
    const { email, token } = await signUp()
    expect((await auth.ask('PUT', '/user', { password: 'another horse' }, { token })).status).toBe(200)
    expect(told()).toMatchObject([{ kind: 'password_changed', to: email }])
  })

  it.each(['code', 'link'])('of a new address goes to the old one (by %s)', async (way) => {
    const { email, token } = await signUp()
    const address = `new-${email}`
    await auth.ask('PUT', '/user', { email: address }, { token })
    const [letter] = auth.letters
    if (way === 'code') {
      const entry = { type: 'email_change', email: address, token: letter?.code }
      expect((await auth.ask('POST', '/verify', entry)).status).toBe(200)
    } else {
      const { search } = new URL(letter?.link ?? '')
      expect((await auth.ask('GET', `/verify${search}`)).status).toBe(303)
    }
    expect(told()).toMatchObject([
      { kind: 'email_changed', to: email, text: expect.stringContaining(address) },
    ])
  })

  it('of a new phone says which one it was; the first one is a new way to sign in', async () => {
    const { email, token } = await signUp()
    const [first, second] = [newPhone(), newPhone()]
    for (const phone of [first, second]) {
      auth.letters.splice(0)
      await auth.ask('PUT', '/user', { phone }, { token })
      expect(
        (await auth.ask('POST', '/verify', { type: 'phone_change', phone, token: codeOf() })).status,
      ).toBe(200)
      const [notice] = told()
      if (phone === first) expect(notice).toMatchObject({ kind: 'identity_linked', to: email })
      else expect(notice).toMatchObject({ kind: 'phone_changed', text: expect.stringContaining(first) })
    }
  })

  it('of a way to sign in that was removed goes to the address of before', async () => {
    const { email, id, token } = await signUp()
    const [row] = await project.admin.query(sql`
      insert into auth.identities (id, provider_id, user_id, identity_data, provider, created_at, updated_at)
      values (gen_random_uuid(), 'x', ${id}, '{"sub":"x"}', 'github', now(), now()) returning id`)
    const path = `/user/identities/${row?.['id']}`
    expect((await auth.ask('DELETE', path, undefined, { token })).status).toBe(200)
    expect(told()).toMatchObject([
      { kind: 'identity_unlinked', to: email, text: expect.stringContaining('github') },
    ])
  })
})

it('nobody is told anything unless the project wants it', async () => {
  const quiet = await project.auth()
  const { token } = await signUp(quiet)
  await quiet.ask('PUT', '/user', { password: 'another horse' }, { token })
  expect(quiet.letters).toEqual([])
})
