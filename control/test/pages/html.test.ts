// What comes from outside never becomes markup.

import { expect, test } from 'vitest'
import { html } from '../../src/pages/html.ts'
import { pageHeaders } from '../../src/pages/page.ts'
import { parseForm } from '../../src/pages/routes.ts'
import { ownPath } from '../../src/pages/sign-in.ts'

test('values are escaped, markup and lists of it are not', () => {
  const name = `<script>alert("1")</script>&'`
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;</p>',
  )
  expect(html`${[html`<b>${1}</b>`, html`<i></i>`]}${false}${undefined}`.text).toBe('<b>1</b><i></i>')
})

test.each([
  ['/account', '/account'],
  ['/oauth/consent?ask=a-b', '/oauth/consent?ask=a-b'],
  ['//evil.example/x', '/account'],
  ['/\\evil.example', '/account'],
  ['/\t/evil.example', '/account'],
  ['https://evil.example', '/account'],
  ['javascript:alert(1)', '/account'],
  ['account', '/account'],
  ['/..//evil.example', '/account'],
  [undefined, '/account'],
])('after sign-in %j leads to %s', (next, path) => {
  expect(ownPath(next)).toBe(path)
})

test('a page names the only place beside us where its forms may lead', () => {
  const policy = (url?: string) =>
    pageHeaders(url === undefined ? {} : { leadsTo: url })['content-security-policy']
  expect(policy()).toMatch(/form-action 'self'$/)
  expect(policy('https://app.example/cb?x=1')).toMatch(/form-action 'self' https:\/\/app\.example$/)
  expect(policy('cursor://anysphere/cb')).toMatch(/form-action 'self' cursor:$/)
})

test('forms keep repeated fields', () => {
  expect(parseForm('a=1&b=x+y&a=2')).toEqual({ a: ['1', '2'], b: 'x y' })
})
