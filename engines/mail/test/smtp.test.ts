import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smtpTransport } from '../src/index.ts'

type Received = { readonly from: string; readonly to: string[]; readonly user: unknown; readonly raw: string }

const received: Received[] = []
let refuses = false
const server = new SMTPServer({
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  authOptional: true,
  onAuth: ({ username, password }, _session, done) =>
    password === 'right' ? done(null, { user: username }) : done(new Error('no')),
  onRcptTo: (_address, _session, done) => (refuses ? done(new Error('mailbox full')) : done()),
  onData: (stream, { envelope, user }, done) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      const to = envelope.rcptTo.map(({ address }) => address)
      received.push({ from, to, user, raw: Buffer.concat(chunks).toString() })
      done()
    })
  },
})

const options = (more: object = {}) => ({
  host: '127.0.0.1',
  port: (server.server.address() as AddressInfo).port,
  user: 'mailer',
  pass: 'right',
  from: { address: 'no-reply@app.example', name: 'The App' },
  ...more,
})

const message = {
  to: 'ada@example.com',
  subject: 'Hello – Ada',
  text: 'plain words',
  html: '<p>rich words</p>',
}

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

test('sends both parts from the address of the project, signed in', async () => {
  const transport = smtpTransport(options())
  await transport.send(message)
  transport.close()
  const [got] = received.splice(0)
  expect(got).toMatchObject({ from: 'no-reply@app.example', to: ['ada@example.com'], user: 'mailer' })
  expect(got?.raw).toContain('From: The App <no-reply@app.example>')
  expect(got?.raw).toContain('Content-Type: multipart/alternative')
  expect(got?.raw).toContain('plain words')
  expect(got?.raw).toContain('<p>rich words</p>')
})

test('an address that looks like several stays one, and a subject stays one line', async () => {
  const transport = smtpTransport(options({ user: '' }))
  await transport.send({ ...message, subject: 'a\r\nBcc: eve@example.com' })
  const [got] = received.splice(0)
  expect(got?.to).toEqual(['ada@example.com'])
  expect(got?.raw).not.toMatch(/^Bcc:/m)
  await expect(transport.send({ ...message, to: 'a@example.com, eve@example.com' })).rejects.toThrow()
  expect(received.flatMap(({ to }) => to)).not.toContain('eve@example.com')
})

test('a refusal reaches the sender', async () => {
  await expect(smtpTransport(options({ pass: 'wrong' })).send(message)).rejects.toThrow()
  refuses = true
  await expect(smtpTransport(options()).send(message)).rejects.toThrow(/mailbox full/)
})
