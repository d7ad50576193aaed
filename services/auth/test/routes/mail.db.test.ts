// Letters through a real conversation with a mail server.

import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

it('a mail server that refuses is an error of the request', async () => {
  refuses = true
  const service = await project.auth(config(), { inbox: true })
  const asked = { email: 'full@example.com', password: 'password' }
  expect(await service.ask('POST', '/signup', asked)).toMatchObject({
    status: 500,
    body: { error_code: 'unexpected_failure', msg: 'Error sending confirmation email' },
  })
})
