// The inbox of a project on pages: who may look, what they see, and that a letter stays in its frame.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changePassword } from '../../src/accounts/people.ts'
import { openBrowser } from '../browser.ts'
import { type TestControl, testControl } from '../test-control.ts'

const password = 'correct horse battery'
let t: TestControl
let ref: string
beforeAll(async () => {
  t = await testControl({ project: true })
  ref = await t.createProject()
  for (const name of ['developer', 'reader', 'stranger'])
    await changePassword(t.pool, `${name}@example.com`, password)
  await t.project?.admin.run(sql`
    insert into plinth.inbox (kind, recipient, subject, body_text, body_html, code, link, created_at)
    select 'magic_link', case when i % 2 = 0 then 'ann@example.com' else 'bob@example.com' end, 'Letter <' || i || '>',
      'Your code is ' || 100000 + i, '<p>Hello</p><script>alert(1)</script>', (100000 + i)::text,
      'http://x.localhost:8000/auth/v1/verify?token=' || i, now()
    from generate_series(1, 30) i`)
})
afterAll(() => t.close())

const inbox = () => `/projects/${ref}/inbox`
const browserOf = async (name: string) => {
  const browser = openBrowser(t)
  await browser.signIn(`${name}@example.com`, password)
  return browser
}
const subjects = (text: string): readonly string[] =>
  [...text.matchAll(/Letter &lt;(\d+)&gt;/g)].map(([, number = '']) => number)

test.each([
  ['nobody', 303],
  ['reader', 403],
  ['stranger', 404],
  ['developer', 200],
])('%s: %i, for the list, a letter and its body', async (name, status) => {
  const browser = name === 'nobody' ? openBrowser(t) : await browserOf(name)
  for (const path of ['', '/30', '/30/letter']) {
    const page = await browser.open(`${inbox()}${path}`)
    expect(page.status).toBe(status)
    if (status !== 200) expect(page.text).not.toContain('100030')
  }
})

test('the newest come first, in pages, of one recipient or of all', async () => {
  const browser = await browserOf('developer')
  const first = await browser.open(inbox())
  expect(subjects(first.text)).toEqual(Array.from({ length: 25 }, (_, index) => String(30 - index)))
  const [, older = ''] = /href="([^"]+)" rel="next"/.exec(first.text) ?? []
  expect(subjects((await browser.open(older.replaceAll('&amp;', '&'))).text)).toEqual([
    '5',
    '4',
    '3',
    '2',
    '1',
  ])
  const ofAnn = await browser.open(`${inbox()}?to=Ann%40example.com`)
  expect(subjects(ofAnn.text)).toHaveLength(15)
  expect(subjects((await browser.open(`${inbox()}?to=nobody`)).text)).toEqual([])
})

test('a letter shows its code and link; its markup runs nothing', async () => {
  const browser = await browserOf('developer')
  const page = await browser.open(`${inbox()}/30`)
  expect(page.text).toContain('<div class="code">100030</div>')
  expect(page.text).toContain('verify?token=30')
  expect(page.text).not.toContain('<script>')
  expect(page.headers['content-security-policy']).toContain("frame-src 'self'")
  const body = await browser.open(`${inbox()}/30/letter`)
  expect(body.text).toContain('<p>Hello</p>')
  expect(body.headers['content-security-policy']).toMatch(/^sandbox allow-popups [^;]+; default-src 'none';/)
})

test.each(['31', 'x', '9'.repeat(30), '-1'])('there is no letter %s', async (id) => {
  const browser = await browserOf('developer')
  expect((await browser.open(`${inbox()}/${id}`)).status).toBe(404)
})

test('the account page leads there', async () => {
  expect((await (await browserOf('developer')).open('/account')).text).toContain(`href="${inbox()}"`)
  expect((await (await browserOf('reader')).open('/account')).text).not.toContain(`href="${inbox()}"`)
})
