// Callers over time: what is remembered, and for how long.

import { expect, test } from 'vitest'
import { makeIdentify } from '../src/caller.ts'
import { branch, keys, tokens } from './a-branch.ts'

const minute = 60_000
const makeClock = () => {
  const clock = { time: Date.now() }
  const identify = makeIdentify(branch, { now: () => clock.time })
  const ask = (apiKey: string, token?: string) =>
    identify({ apiKey, authorization: token && `Bearer ${token}`, userAgent: undefined })
  return { clock, ask }
}

test.each([
  ['a legacy key', keys.anon, undefined],
  ['a publishable key', keys.publishable, undefined],
  ['a user token', keys.publishable, tokens.user],
])('%s gives the same caller object again', (_, key, token) => {
  const { ask } = makeClock()
  expect(ask(key, token).caller).toBe(ask(key, token).caller)
})

test('the same token behind two keys gives two callers', () => {
  const { ask } = makeClock()
  const kinds = [keys.publishable, keys.secret].map((key) => ask(key, tokens.user).caller.keyKind)
  expect(kinds).toEqual(['publishable', 'secret'])
})

test('the token of an opaque key is renewed long before it expires', () => {
  const { clock, ask } = makeClock()
  const first = ask(keys.publishable).caller
  clock.time += 4 * minute
  expect(ask(keys.publishable).caller).toBe(first)
  clock.time += 2 * minute
  const second = ask(keys.publishable).caller
  expect(second.token).not.toBe(first.token)
  // The old one is still good for who holds it.
  expect(ask(keys.publishable, first.token).tokenProblem).toBeUndefined()
})

test('a remembered user token still expires', () => {
  const { clock, ask } = makeClock()
  expect(ask(keys.publishable, tokens.user).caller.role).toBe('authenticated')
  clock.time += 62 * minute
  expect(ask(keys.publishable, tokens.user)).toMatchObject({
    caller: { role: 'anon', token: undefined },
    tokenProblem: { reason: 'expired' },
  })
})

test('set back, the clock leaves a user token in the future until it has come so far again', () => {
  const { clock, ask } = makeClock()
  ask(keys.publishable, tokens.user)
  clock.time -= 2 * minute
  expect(ask(keys.publishable, tokens.user)).toMatchObject({
    caller: { role: 'anon', token: undefined },
    tokenProblem: { reason: 'issued_in_future' },
  })
  clock.time += 2 * minute
  expect(ask(keys.publishable, tokens.user).tokenProblem).toBeUndefined()
})

test('set back, the clock makes a new token of an opaque key at once', () => {
  const { clock, ask } = makeClock()
  const first = ask(keys.publishable).caller
  clock.time -= 60 * minute
  const second = ask(keys.publishable).caller
  expect(second.token).not.toBe(first.token)
  expect(ask(keys.publishable, second.token).tokenProblem).toBeUndefined()
})

test('a legacy key from the future or the past opens the door; what is wrong is its time', () => {
  const { clock, ask } = makeClock()
  clock.time -= 24 * 60 * minute
  expect(ask(keys.anon)).toMatchObject({ tokenProblem: { reason: 'issued_in_future' } })
  clock.time += 11 * 365 * 24 * 60 * minute
  expect(ask(keys.anon)).toMatchObject({
    caller: { role: 'anon', token: undefined },
    tokenProblem: { reason: 'expired' },
  })
})

test('a legacy key that is switched off is refused as such, whatever the clock says', () => {
  const off = { ...branch, jwt: { ...branch.jwt, legacyKeysEnabled: false } }
  for (const days of [0, -1, 11 * 365]) {
    const identify = makeIdentify(off, { now: () => Date.now() + days * 24 * 60 * minute })
    const authorization = `Bearer ${keys.service}`
    const { tokenProblem } = identify({ apiKey: keys.publishable, authorization, userAgent: undefined })
    expect(tokenProblem).toMatchObject({ reason: 'unknown_key' })
  }
})

test('claims are handed on as one JSON text', () => {
  const { ask } = makeClock()
  const { caller } = ask(keys.publishable, tokens.user)
  expect(JSON.parse(caller.claimsJson)).toEqual(caller.claims)
})

test('a listed legacy key that was signed with another secret is no key', () => {
  const moved = { ...branch, jwt: { ...branch.jwt, secret: 'the next secret, also thirty-two letters' } }
  const ask = () => makeIdentify(moved)({ apiKey: keys.anon, authorization: undefined, userAgent: undefined })
  expect(ask).toThrow('Invalid API key')
})
