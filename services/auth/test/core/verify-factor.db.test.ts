// Random lives of second factors: two people with two sessions each enroll, ask, show codes and take factors away, in
// time or too late, with their own session or the other person's. A session rises only by a right code for an open
// challenge of its own person's factor; who has a factor cannot get past it from a session that never showed one. The
// rules stand here a second time, as a model.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { totpCode } from '../../src/core/totp.ts'
import { addPerson, signIn } from '../a-person.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'
import { startWalk } from '../walk.ts'

let project: TestProject
let auth: TestAuth
let now = 0
beforeAll(async () => {
  project = await testProject()
  const many = { rate_limit_token_refresh: 1_000_000, mfa_max_enrolled_factors: 100 }
  auth = await project.auth({ ...many, jwt_exp: 604_800 })
})
afterAll(() => project.drop())

const lifetime = 300
const pass = (seconds: number) => {
  now += seconds
  auth.pass(seconds)
}

type Session = { token: string; aal: 'aal1' | 'aal2'; by: string | undefined; isOver: boolean }
type Factor = {
  readonly id: string
  readonly secret: string
  readonly at: number
  isAsked: boolean
  isVerified: boolean
}
type Person = { readonly sessions: readonly [Session, Session]; factors: Factor[] }
type Challenge = { readonly id: string; readonly factor: Factor; readonly at: number; isUsed: boolean }

type Who = { readonly person: number; readonly session: number }
type Step = Who &
  (
    | { readonly kind: 'enroll' }
    | { readonly kind: 'ask' | 'remove'; readonly which: number }
    | {
        readonly kind: 'show'
        readonly which: number
        readonly code: 'right' | 'wrong'
        readonly other: boolean
      }
    | { readonly kind: 'wait'; readonly seconds: number }
  )

const who = { person: fc.constantFrom(0, 0, 1), session: fc.constantFrom(0, 0, 1) }
const recent = fc.constantFrom(0, 0, 0, 1, 2)
const kind = <K extends string>(name: K) => fc.constant(name)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ ...who, kind: kind('enroll') }) },
  { weight: 5, arbitrary: fc.record({ ...who, kind: kind('ask'), which: recent }) },
  {
    weight: 7,
    arbitrary: fc.record({
      ...who,
      kind: kind('show'),
      which: recent,
      code: fc.constantFrom('right' as const, 'right' as const, 'wrong' as const),
      other: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...who, kind: kind('remove'), which: recent }) },
  { weight: 1, arbitrary: fc.record({ ...who, kind: kind('wait'), seconds: fc.constantFrom(100, 400) }) },
)

const makePerson = async (): Promise<Person> => {
  const email = `${randomUUID()}@example.com`
  await addPerson(auth, email)
  const open = async (): Promise<Session> => {
    const { access_token: token } = await signIn(auth, email)
    return { token, aal: 'aal1', by: undefined, isOver: false }
  }
  return { sessions: [await open(), await open()], factors: [] }
}

const expectStatus = (what: string, { status, body }: { status: number; body: any }, expected: number) => {
  if (status !== expected) throw new Error(`${what}: ${status} ${JSON.stringify(body)}, not ${expected}`)
}

const wordsOf = ({ token }: Session) => ({ token })

const enroll = async (person: Person, session: Session): Promise<void> => {
  const wish = { factor_type: 'totp', friendly_name: randomUUID() }
  const answer = await auth.ask('POST', '/factors', wish, wordsOf(session))
  const isHeld = person.factors.some(({ isVerified }) => isVerified) && session.aal === 'aal1'
  expectStatus('enroll', answer, session.isOver || isHeld ? 403 : 200)
  if (answer.status !== 200) return
  // Attempts that nobody finished make room.
  person.factors = person.factors.filter((one) => one.isAsked || now - one.at <= lifetime)
  person.factors.push({
    id: answer.body.id,
    secret: answer.body.totp.secret,
    at: now,
    isAsked: false,
    isVerified: false,
  })
}

const ask = async (person: Person, session: Session, factor: Factor): Promise<Challenge | undefined> => {
  const answer = await auth.ask('POST', `/factors/${factor.id}/challenge`, {}, wordsOf(session))
  expectStatus('challenge', answer, session.isOver ? 403 : person.factors.includes(factor) ? 200 : 404)
  if (answer.status !== 200) return undefined
  factor.isAsked = true
  return { id: answer.body.id, factor, at: now, isUsed: false }
}

const show = async (
  person: Person,
  session: Session,
  challenge: Challenge,
  isRight: boolean,
): Promise<void> => {
  const { factor } = challenge
  const code = isRight ? totpCode(factor.secret, Date.now() + now * 1000) : 'abcdef'
  const wish = { challenge_id: challenge.id, code }
  const answer = await auth.ask('POST', `/factors/${factor.id}/verify`, wish, wordsOf(session))
  const isOpen = !challenge.isUsed && now - challenge.at <= lifetime
  const refusal = person.factors.includes(factor) ? 422 : 404
  expectStatus('verify', answer, session.isOver ? 403 : refusal === 422 && isOpen && isRight ? 200 : refusal)
  if (answer.status !== 200) return
  Object.assign(session, { token: answer.body.access_token, aal: 'aal2', by: factor.id })
  challenge.isUsed = true
  factor.isVerified = true
  // Other attempts of the same kind end, and so do sessions that stand lower.
  person.factors = person.factors.filter(({ isVerified }) => isVerified)
  for (const other of person.sessions) if (other.aal === 'aal1') other.isOver = true
}

const remove = async (person: Person, session: Session, factor: Factor): Promise<void> => {
  const answer = await auth.ask('DELETE', `/factors/${factor.id}`, undefined, wordsOf(session))
  const isHeld = factor.isVerified && session.aal === 'aal1'
  const expected = person.factors.includes(factor) ? (isHeld ? 422 : 200) : 404
  expectStatus('unenroll', answer, session.isOver ? 403 : expected)
  if (answer.status !== 200) return
  person.factors = person.factors.filter((one) => one !== factor)
  for (const one of person.sessions)
    if (one.by === factor.id) Object.assign(one, { aal: 'aal1', by: undefined })
}

const checkClaims = async ({ sessions }: Person): Promise<void> => {
  for (const session of sessions) {
    const { status } = await auth.ask('GET', '/user', undefined, wordsOf(session))
    if (status !== (session.isOver ? 403 : 200)) throw new Error(`a session answered ${status}`)
  }
}

it('follows the rules', async () => {
  const isOver = startWalk()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
      if (isOver()) return
      const people = [await makePerson(), await makePerson()] as const
      const challenges: Challenge[] = []
      for (const one of steps) {
        pass(5) // Attempts of one address are limited.
        const person = people[one.person === 0 ? 0 : 1]
        const other = people[one.person === 0 ? 1 : 0]
        const session = person.sessions[one.session === 0 ? 0 : 1]
        if (one.kind === 'wait') pass(one.seconds)
        else if (one.kind === 'enroll') await enroll(person, session)
        else if (one.kind === 'show') {
          const challenge = challenges.at(-1 - one.which)
          if (challenge)
            await show(
              one.other ? other : person,
              one.other ? other.sessions[0] : session,
              challenge,
              one.code === 'right',
            )
        } else if (one.kind === 'ask' || one.kind === 'remove') {
          const factor = person.factors.at(-1 - one.which)
          if (factor === undefined) continue
          if (one.kind === 'remove') await remove(person, session, factor)
          else challenges.push(...[await ask(person, session, factor)].filter((made) => made !== undefined))
        }
      }
      await Promise.all(people.map(checkClaims))
    }),
    { numRuns: 15 },
  )
})
