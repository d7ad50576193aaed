// Where links may lead.

import { describe, expect, it } from 'vitest'
import { chooseRedirect, globPattern } from '../../src/core/redirect.ts'

describe('globs', () => {
  it.each([
    ['http://localhost:3000/*', 'http://localhost:3000/x', true],
    ['http://localhost:3000/*', 'http://localhost:3000/x/y', false],
    ['http://localhost:3000/**', 'http://localhost:3000/x/y.html', true],
    ['https://*.example.com', 'https://a.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', false],
    ['https://?.example.com', 'https://a.example.com', true],
    ['https://{a,b}.example.com', 'https://b.example.com', true],
    ['https://{a,b}.example.com', 'https://c.example.com', false],
    ['https://[ab].example.com', 'https://a.example.com', true],
    ['https://[!ab].example.com', 'https://a.example.com', false],
    ['https://a+b.example.com', 'https://aab.example.com', false],
  ])('%s and %s: %s', (glob, address, expected) => {
    expect(globPattern(glob).test(address)).toBe(expected)
  })
})

describe('redirects', () => {
  const rules = { site_url: 'https://app.example.com', uri_allow_list: 'https://*.example.org/**,app://x' }
  it.each([
    ['https://app.example.com/deep?x=1#y', true],
    ['https://a.example.org/b/c#fragment', true],
    ['app://x', true],
    ['http://127.0.0.1:5000/', true],
    ['https://app.example.com:8443/', false],
    ['http://10.0.0.1/', false],
    ['http://3232235777/', false],
    ['https://APP.example.com/', false],
    ['https://japanese。.example.org/abc', false],
    ['https://a.example.org@evil.com/', false],
    ['//evil.com', false],
    ['https://app.example.com/\r\nset-cookie: a=b', false],
    ['https://app.example.com\\@evil.com', false],
    [' https://app.example.com', false],
    ['https://app.example.com/grüße', true],
    ['nonsense', false],
    ['', false],
  ])('%s: %s', (wish, isAllowed) => {
    expect(chooseRedirect(rules, wish)).toBe(isAllowed ? wish : rules.site_url)
  })

  it('takes the first allowed wish', () => {
    expect(chooseRedirect(rules, undefined, 'https://evil.com', 'app://x')).toBe('app://x')
  })

  it('lets a site on this machine use any port', () => {
    const local = { site_url: 'http://localhost:3000', uri_allow_list: '' }
    expect(chooseRedirect(local, 'http://localhost:5173/a')).toBe('http://localhost:5173/a')
  })
})
