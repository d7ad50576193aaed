// The browser log-in of the CLI, with the CLI's half done by node:crypto.

import { createDecipheriv, createECDH, randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { signedIn } from '../oauth/apps.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
const { browser, email } = await signedIn(t)

const newCli = () => {
  const keys = createECDH('prime256v1')
  const publicKey = keys.generateKeys('hex')
  const sessionId = randomUUID()
  const path = `/cli/login?session_id=${sessionId}&token_name=cli_ann%40laptop_1&public_key=${publicKey}`
  const poll = (code: string) => t.call('GET', `/platform/cli/login/${sessionId}?device_code=${code}`)
  const open = (reply: { access_token: string; public_key: string; nonce: string }): string => {
    const shared = keys.computeSecret(reply.public_key, 'hex')
    const sealed = Buffer.from(reply.access_token, 'hex')
    const decipher = createDecipheriv('aes-256-gcm', shared, Buffer.from(reply.nonce, 'hex'))
    decipher.setAuthTag(sealed.subarray(-16))
    return `${decipher.update(sealed.subarray(0, -16), undefined, 'utf8')}${decipher.final('utf8')}`
  }
  return { path, poll, open, sessionId, publicKey }
}

const agree = async (path: string): Promise<string> => {
  const page = await browser.open(path)
  const done = await browser.submit(page, '/cli/login')
  expect(done.status).toBe(200)
  return /class="code"[^>]*>([a-z0-9]{8})</.exec(done.text)?.[1] ?? ''
}

test('the token arrives once, readable with the key of the CLI alone', async () => {
  const cli = newCli()
  const code = await agree(cli.path)
  expect(code).toMatch(/^[a-z0-9]{8}$/)
  const reply = await cli.poll(code)
  expect(reply).toMatchObject({
    status: 200,
    body: {
      access_token: expect.stringMatching(/^[0-9a-f]+$/),
      public_key: expect.stringMatching(/^04[0-9a-f]{128}$/),
      nonce: expect.stringMatching(/^[0-9a-f]{24}$/),
    },
  })
  const token = cli.open(reply.body)
  expect(token).toMatch(/^sbp_[0-9a-f]{40}$/)
  const profile = await t.call('GET', '/v1/profile', { token })
  expect(profile.body).toMatchObject({ primary_email: email })
  expect((await t.call('GET', '/platform/profile/access-tokens', { token })).body).toContainEqual(
    expect.objectContaining({ name: 'cli_ann@laptop_1', permissions: null }),
  )
  expect((await cli.poll(code)).status).toBe(404)
})

test('five wrong codes are the end of it', async () => {
  const cli = newCli()
  const code = await agree(cli.path)
  for (let attempt = 0; attempt < 5; attempt++) expect((await cli.poll('aaaaaaaa')).status).toBe(404)
  expect((await cli.poll(code)).status).toBe(404)
})

test('two who come with the code at once: one gets the token', async () => {
  const cli = newCli()
  const code = await agree(cli.path)
  const replies = await Promise.all([cli.poll(code), cli.poll(code)])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 404])
})

test('before the person agrees, after the time is up, and for an id used before', async () => {
  const cli = newCli()
  expect((await cli.poll('aaaaaaaa')).status).toBe(404)
  const code = await agree(cli.path)
  const again = await browser.submit(await browser.open(cli.path), '/cli/login')
  expect(again.status).toBe(400)
  await t.pool.run({ text: "update cli_logins set expires_at = now() - interval '1 s'", values: [] })
  expect((await cli.poll(code)).status).toBe(404)
  expect((await t.call('GET', '/platform/cli/login/no-uuid?device_code=x')).status).toBe(404)
})

test.each([
  ['no key', 'public_key=', ''],
  ['a point that is not on the curve', /public_key=.*/, `public_key=04${'1'.repeat(128)}`],
  ['no session', /session_id=[^&]*/, 'session_id=1'],
])('%s', async (_name, part, instead) => {
  expect((await browser.open(newCli().path.replace(part, instead))).status).toBe(400)
})

test('without a session the person signs in first', async () => {
  const { openBrowser } = await import('../browser.ts')
  const reply = await openBrowser(t).open(newCli().path)
  expect(reply).toMatchObject({
    status: 303,
    location: expect.stringMatching(/^\/login\?next=%2Fcli%2Flogin/),
  })
})
