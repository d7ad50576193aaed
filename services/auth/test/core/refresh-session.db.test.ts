// Random lives of one session: whatever is refreshed, reused, waited for or signed out, a token yields a
// session only where the rules of rotation say so. The rules stand here a second time, as a model.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { addPerson, signIn } from '../a-person.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'
import { startWalk } from '../walk.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ rate_limit_token_refresh: 1_000_000 })
})
afterAll(() => project.drop())

const interval = 10

type Token = { readonly text: string; readonly parent: string; revokedAt: number | undefined }
type Step = {
  readonly kind: 'refresh' | 'wait' | 'sign out'
  readonly which: number
  readonly seconds: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('refresh', 'refresh', 'refresh', 'refresh', 'wait', 'sign out' as const),
  which: fc.nat(6),
  seconds: fc.constantFrom(3, 12),
})

const expectedOf = (tokens: readonly Token[], token: Token, isOut: boolean, now: number): string => {
  if (isOut) return 'gone'
  if (token.revokedAt === undefined) return 'new'
  const active = tokens.findLast((one) => one.revokedAt === undefined)
  if (active?.parent === token.text) return active.text
  return now <= token.revokedAt + interval ? 'new' : 'reuse'
}

it('follows the rules', async () => {
  const isOver = startWalk()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      if (isOver()) return
      const email = `${randomUUID()}@example.com`
      await addPerson(auth, email)
      const session = await signIn(auth, email)
      const tokens: Token[] = [{ text: session.refresh_token, parent: '', revokedAt: undefined }]
      let access: string = session.access_token
      let isOut = false
      let now = 0
      for (const { kind, which, seconds } of steps) {
        if (kind === 'wait') {
          now += seconds
          auth.pass(seconds)
          continue
        }
        if (kind === 'sign out') {
          const { status } = await auth.ask('POST', '/logout', undefined, { token: access })
          if (status !== (isOut ? 403 : 204)) throw new Error(`sign-out answered ${status}`)
          isOut = true
          continue
        }
        const token = tokens[which % tokens.length]
        if (token === undefined) continue
        const expected = expectedOf(tokens, token, isOut, now)
        const { status, body } = await auth.ask('POST', '/token?grant_type=refresh_token', {
          refresh_token: token.text,
        })
        const refusal = { gone: 'refresh_token_not_found', reuse: 'refresh_token_already_used' }[expected]
        if (refusal !== undefined) {
          if (status !== 400 || body.error_code !== refusal) throw new Error(`${refusal}, but ${status} came`)
          if (expected === 'reuse') for (const one of tokens) one.revokedAt = Number.NEGATIVE_INFINITY
          continue
        }
        if (status !== 200) throw new Error(`expected ${expected}, got ${status} ${body.error_code}`)
        access = body.access_token
        const isKnown = tokens.some(({ text }) => text === body.refresh_token)
        if (isKnown !== (expected !== 'new'))
          throw new Error(`expected ${expected}, got ${body.refresh_token}`)
        if (expected !== 'new') continue
        token.revokedAt ??= now
        tokens.push({ text: body.refresh_token, parent: token.text, revokedAt: undefined })
      }
    }),
    { numRuns: 25 },
  )
})
