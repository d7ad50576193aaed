// Signing in on the pages: passwords, cookies, forms of other sites, guessing.

import { afterAll, expect, test } from 'vitest'
import { addPerson, changePassword } from '../../src/accounts/people.ts'
import { openBrowser } from '../browser.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
const password = 'correct horse battery'
await addPerson(t.pool, { email: 'ann@example.com', role: 'developer', password })

test('a page without a session asks for one and comes back', async () => {
  const browser = openBrowser(t)
  const asked = await browser.open('/account')
  expect(asked).toMatchObject({ status: 303, location: '/login?next=%2Faccount' })
  const page = await browser.open(asked.location)
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  })
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  const entered = await browser.submit(page, '/login', { email: 'ANN@example.com', password })
  expect(entered).toMatchObject({ status: 303, location: '/account' })
  const set = [entered.headers['set-cookie']].flat().join('\n')
  expect(set).toMatch(/plinth_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200/)
  const account = await browser.open('/account')
  expect(account.status).toBe(200)
  expect(account.text).toContain('ann@example.com')
  expect(account.text).not.toMatch(/<script|style="| on\w+="/)
})

test('over TLS the cookies are secure and of this host alone', async () => {
  const { headers } = await openBrowser(t).send('GET', '/login', {
    headers: { 'x-forwarded-proto': 'https' },
  })
  expect(String(headers['set-cookie'])).toMatch(
    /^__Host-plinth_visitor=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  )
})

test('a wrong password and an unknown address read the same', async () => {
  const browser = openBrowser(t)
  const wrong = await browser.signIn('ann@example.com', 'wrong password')
  const unknown = await browser.signIn('nobody@example.com', 'wrong password')
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(wrong.text).toContain('E-mail or password is wrong.')
  const plain = (text: string) => text.replace(/name="csrf" value="[^"]*"/, '')
  expect(plain(unknown.text)).toBe(plain(wrong.text))
})

test('forms of other sites are refused', async () => {
  const browser = openBrowser(t)
  const page = await browser.open('/login')
  const filled = { email: 'ann@example.com', password }
  const foreign = await browser.submit(page, '/login', filled, { origin: 'http://abc.localhost:8000' })
  expect(foreign.status).toBe(403)
  expect((await browser.submit(page, '/login', { ...filled, csrf: 'x' })).status).toBe(403)
  const stranger = openBrowser(t)
  expect((await stranger.submit(page, '/login', filled)).status).toBe(403)
  expect((await browser.submit(page, '/login', filled)).status).toBe(303)
})

test('signing out and a new password end sessions', async () => {
  const browser = openBrowser(t)
  await browser.signIn('ann@example.com', password)
  const session = browser.cookies.get('plinth_session') ?? ''
  const page = await browser.open('/account')
  expect(await browser.submit(page, '/logout')).toMatchObject({ status: 303, location: '/login' })
  browser.cookies.set('plinth_session', session)
  expect((await browser.open('/account')).status).toBe(303)

  await browser.signIn('ann@example.com', password)
  expect((await browser.open('/account')).status).toBe(200)
  await changePassword(t.pool, 'ann@example.com', password)
  expect((await browser.open('/account')).status).toBe(303)
})

test('guessing is slowed down', async () => {
  const browser = openBrowser(t)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 12; attempt++) {
    const page = await browser.open('/login')
    const headers = { 'x-forwarded-for': `10.0.0.${attempt}` }
    const reply = await browser.submit(
      page,
      '/login',
      { email: 'owner@example.com', password: 'wrong one' },
      headers,
    )
    statuses.push(reply.status)
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  expect(statuses.at(-1)).toBe(429)
})

test('tokens are listed and revoked on the account page', async () => {
  await addPerson(t.pool, { email: 'bob@example.com', role: 'developer', password })
  const browser = openBrowser(t)
  await browser.signIn('bob@example.com', password)
  const { account_id: id } = await t.pool.one<{ account_id: string }>({
    text: "select id as account_id from accounts where email = 'bob@example.com'",
    values: [],
  })
  const token = await t.newToken(id)
  expect((await t.call('GET', '/v1/profile', { token })).status).toBe(200)
  const page = await browser.open('/account')
  expect(page.text).toContain(token.slice(-4))
  expect(page.text).not.toContain(token)
  expect((await browser.submit(page, '/account')).status).toBe(303)
  expect((await t.call('GET', '/v1/profile', { token })).status).toBe(401)
})

test('nobody signs up without an offer', async () => {
  const browser = openBrowser(t)
  expect((await browser.open('/signup')).status).toBe(400)
  expect((await browser.open('/signup?next=%2Foauth%2Fclaim%3Fask%3Dmade-up')).status).toBe(400)
})
