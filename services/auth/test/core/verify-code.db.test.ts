// Random lives of codes: asked for, waited with, replaced, voided, shown by this one or that one in this flow or that
// one. A code signs in once, its own recipient, in its own flow, in time, and nobody else ever. The rules stand here
// a second time, as a model.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { addPerson, password, signIn } from '../a-person.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'
import { startWalk } from '../walk.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  const many = { rate_limit_email_sent: 1_000_000, rate_limit_token_refresh: 1_000_000 }
  auth = await project.auth({ ...many, mailer_autoconfirm: false, jwt_exp: 604_800 })
})
afterAll(() => project.drop())

const lifetime = 3600
const flows = ['signup', 'invite', 'recovery', 'magiclink', 'email', 'email_change'] as const
type Flow = (typeof flows)[number]
/** Those that most codes here are for. */
const right = ['recovery', 'magiclink', 'email'] as const

type Person = { readonly email: string; token: string; password: string }
type Sent = {
  readonly to: Person
  readonly code: string
  readonly flows: readonly Flow[]
  readonly at: number
  isGood: boolean
}

type Step =
  | { readonly kind: 'ask'; readonly path: '/otp' | '/recover' | '/reauthenticate'; readonly who: number }
  | { readonly kind: 'show'; readonly which: number; readonly flow: Flow; readonly isForeign: boolean }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'password'; readonly who: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      path: fc.constantFrom('/otp', '/recover', '/otp', '/recover', '/reauthenticate'),
      who: fc.nat(1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('show' as const),
      which: fc.constantFrom(0, 0, 0, 1, 2),
      flow: fc.constantFrom(...flows, ...right, ...right, ...right),
      isForeign: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(100, 3700) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('password' as const), who: fc.nat(1) }) },
)

const makePerson = async (email: string): Promise<Person> => {
  await addPerson(auth, email)
  return { email, token: (await signIn(auth, email)).access_token, password }
}

const expectStatus = (what: string, status: number, expected: number): void => {
  if (status !== expected) throw new Error(`${what} answered ${status}, not ${expected}`)
}

it('follows the rules', async () => {
  const isOver = startWalk()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
      if (isOver()) return
      const id = randomUUID()
      const people = [
        await makePerson(`a-${id}@example.com`),
        await makePerson(`b-${id}@example.com`),
      ] as const
      const sent: Sent[] = []
      let now = 0
      const pass = (seconds: number) => {
        now += seconds
        auth.pass(seconds)
      }
      const voidAll = (person: Person) => {
        for (const one of sent) if (one.to === person) one.isGood = false
      }
      for (const one of steps) {
        if (one.kind === 'wait') pass(one.seconds)
        else if (one.kind === 'password') {
          const person = people[one.who === 0 ? 0 : 1]
          person.password += '!'
          const { token, password } = person
          const { status } = await auth.ask('PUT', '/user', { password }, { token })
          expectStatus('a new password', status, 200)
          voidAll(person)
        } else if (one.kind === 'ask') {
          pass(61)
          const person = people[one.who === 0 ? 0 : 1]
          const isOwn = one.path === '/reauthenticate'
          const body = isOwn ? undefined : { email: person.email }
          const { status } = await auth.ask(isOwn ? 'GET' : 'POST', one.path, body, { token: person.token })
          expectStatus(one.path, status, 200)
          const known: readonly Flow[] = isOwn ? [] : right
          for (const old of sent)
            if (old.to === person && old.flows.length === known.length) old.isGood = false
          const code = auth.letters.findLast(({ to }) => to === person.email)?.code ?? ''
          sent.push({ to: person, code, flows: known, at: now, isGood: true })
        } else {
          const letter = sent.at(-1 - one.which)
          if (letter === undefined) continue
          const other = people.find((person) => person !== letter.to) ?? letter.to
          const shower = one.isForeign ? other : letter.to
          const isRight =
            letter.isGood && !one.isForeign && letter.flows.includes(one.flow) && now <= letter.at + lifetime
          const { status, body } = await auth.ask('POST', '/verify', {
            type: one.flow,
            email: shower.email,
            token: letter.code,
          })
          expectStatus(`${one.flow} ${JSON.stringify(letter)}`, status, isRight ? 200 : 403)
          if (!isRight) continue
          if (body.user.email !== letter.to.email) throw new Error('somebody else was signed in')
          letter.to.token = body.access_token
          voidAll(letter.to)
        }
      }
    }),
    { numRuns: 40 },
  )
})
