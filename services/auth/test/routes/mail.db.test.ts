// Letters through a real conversation with a mail server.

import type { AddressInfo } from 'node:net'
import { sql } from '@plinth/postgres'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestProject, testProject } from '../test-auth.ts'

const received: { readonly to: readonly string[]; readonly from: string; readonly raw: string }[] = []
let refuses = false
const server = new SMTPServer({
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _session, done) =>
    password === 'pass' ? done(null, { user: username }) : done(new Error('no')),
  onRcptTo: (_address, _session, done) => (refuses ? done(new Error('mailbox full')) : done()),
  onData: (stream, { envelope }, done) => {
    let raw = ''
    stream.on('data', (chunk: Buffer) => {
      raw += chunk.toString()
    })
    stream.on('end', () => {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw })
      done()
    })
  },
})

let project: TestProject
const config = () => ({
  mailer_autoconfirm: false,
  smtp_host: '127.0.0.1',
  smtp_port: String((server.server.address() as AddressInfo).port),
  smtp_user: 'user',
  smtp_pass: 'pass',
  smtp_admin_email: 'shop@shop.test',
  smtp_sender_name: 'The Shop',
})

beforeAll(async () => {
  project = await testProject()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await project.drop()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

it('a sign-up is confirmed with the code that the mail server got', async () => {
  const service = await project.auth(
    { ...config(), mailer_templates_confirmation_content: '<p>code={{ .Token }}</p>' },
    { inbox: true },
  )
  const email = 'smtp@example.com'
  expect((await service.ask('POST', '/signup', { email, password: 'password' })).status).toBe(200)
  const [mail] = received.splice(0)
  expect(mail).toMatchObject({ from: 'shop@shop.test', to: [email] })
  expect(mail?.raw).toContain('From: The Shop <shop@shop.test>')
  const token = /code=(\d{6})/.exec(mail?.raw ?? '')?.[1]
  const { status, body } = await service.ask('POST', '/verify', { type: 'signup', email, token })
  expect([status, body.user?.email]).toEqual([200, email])
})

describe('a letter that cannot leave', () => {
  const failed = (what: string) => ({
    status: 500,
    body: { error_code: 'unexpected_failure', msg: `Error sending ${what} email` },
  })
  const usersOf = (email: string) =>
    project.admin.query(sql`select confirmation_token from auth.users where email = ${email}`)

  it('leaves no account behind that waits for it', async () => {
    const service = await project.auth(config(), { inbox: true })
    const how = { token: service.serviceToken }
    refuses = true
    const email = 'full@example.com'
    const wish = { email, password: 'password' }
    for (const [path, body, what, as] of [
      ['/signup', wish, 'confirmation', {}],
      ['/signup', wish, 'confirmation', {}],
      ['/otp', { email }, 'confirmation', {}],
      ['/invite', { email }, 'invite', how],
    ] as const) {
      expect(await service.ask('POST', path, body, as)).toMatchObject(failed(what))
      expect(await usersOf(email)).toEqual([])
    }
    refuses = false
    expect((await service.ask('POST', '/signup', wish)).status).toBe(200)
  })

  it('leaves the letter before it good', async () => {
    const service = await project.auth({ ...config(), rate_limit_email_sent: 100 }, { inbox: true })
    refuses = false
    received.splice(0)
    const email = 'again@example.com'
    await service.ask('POST', '/signup', { email, password: 'password' })
    const before = await usersOf(email)
    const tokens = () =>
      project.admin.query(sql`
        select token_type::text, token_hash from auth.one_time_tokens t join auth.users u on u.id = user_id
        where u.email = ${email} order by 1`)
    const tokensBefore = await tokens()
    service.pass(61)
    refuses = true
    const again = await service.ask('POST', '/resend', { type: 'signup', email })
    expect(again).toMatchObject(failed('confirmation'))
    expect([await usersOf(email), await tokens()]).toEqual([before, tokensBefore])
    const token = /\b(\d{6})\b/.exec(received[0]?.raw ?? '')?.[1]
    const entered = await service.ask('POST', '/verify', { type: 'signup', email, token })
    expect(entered.status).toBe(200)
    // Nor is somebody held up for a minute by what never came.
    const how = { token: entered.body.access_token }
    for (const _ of [1, 2]) {
      expect((await service.ask('POST', '/recover', { email })).body).toMatchObject(failed('recovery').body)
      const change = await service.ask('PUT', '/user', { email: 'new@example.com' }, how)
      expect(change).toMatchObject(failed('email change'))
      expect((await service.ask('GET', '/user', undefined, how)).body.new_email).toBeUndefined()
    }
    expect(await tokens()).toEqual([])
  })
})
