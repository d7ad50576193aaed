// Random lives of PKCE sign-ins: asked for by one of two people, their links followed and their codes traded in, in
// time or too late, once or again, with the verifier of this flow or of another. Only the flow's own verifier turns a
// code into a session, once, in time, and always into its own person's. The rules stand here a second time, as a model.

import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { letterConfig, letterSteps } from '../letter-steps.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'
import { startWalk } from '../walk.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ ...letterConfig, rate_limit_token_refresh: 1_000_000 })
})
afterAll(() => project.drop())

const { lastLetter, follow, confirmed } = letterSteps(() => auth)
const lifetime = 300
const linkLifetime = 3600

type Step =
  | {
      readonly kind: 'ask'
      readonly path: '/otp' | '/recover'
      readonly who: number
      readonly plain: boolean
    }
  | { readonly kind: 'follow'; readonly which: number }
  | { readonly kind: 'trade'; readonly which: number; readonly verifierOf: number }
  | { readonly kind: 'wait'; readonly seconds: number }

const recent = fc.constantFrom(0, 0, 0, 1, 2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      path: fc.constantFrom('/otp' as const, '/recover' as const),
      who: fc.nat(1),
      plain: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('follow' as const), which: recent }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('trade' as const), which: recent, verifierOf: recent }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(100, 250, 3700) }),
  },
)

type Person = { readonly email: string; readonly id: string }
type Flow = {
  readonly person: Person
  readonly method: '/otp' | '/recover'
  readonly verifier: string
  readonly link: string
  readonly askedAt: number
  isLinkGood: boolean
  code: string | undefined
  issuedAt: number
  isTraded: boolean
}

const expectIt = (what: string, got: unknown, expected: unknown): void => {
  if (got !== expected) throw new Error(`${what}: ${got}, not ${expected}`)
}

const ask = async (person: Person, one: Extract<Step, { kind: 'ask' }>, now: number): Promise<Flow> => {
  const verifier = `${randomUUID()}${randomUUID()}`
  const challenge = one.plain
    ? { code_challenge: verifier, code_challenge_method: 'plain' }
    : {
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 's256',
      }
  const { status } = await auth.ask('POST', one.path, { email: person.email, ...challenge })
  expectIt(one.path, status, 200)
  const { link } = lastLetter(person.email)
  const open = { isLinkGood: true, code: undefined, issuedAt: 0, isTraded: false }
  return { person, method: one.path, verifier, link, askedAt: now, ...open }
}

const followLink = async (flow: Flow, flows: readonly Flow[], now: number): Promise<void> => {
  const isGood = flow.isLinkGood && now <= flow.askedAt + linkLifetime
  const { status, headers } = await follow(flow.link)
  expectIt('a link', status, 303)
  const code = new URL(headers['location'] ?? '').searchParams.get('code') ?? undefined
  expectIt('a code in the address', code !== undefined, isGood)
  if (!isGood) return
  flow.code = code
  flow.issuedAt = now
  // A person's letters share one slot: whichever was followed, the others are void.
  for (const other of flows) if (other.person === flow.person) other.isLinkGood = false
}

const isOver = ({ method, askedAt, issuedAt }: Flow, now: number): boolean =>
  now > (method === '/otp' ? issuedAt : askedAt) + lifetime

const trade = async (flow: Flow, verifier: string, now: number): Promise<void> => {
  const isGood = !flow.isTraded && verifier === flow.verifier && !isOver(flow, now)
  const wish = { auth_code: flow.code, code_verifier: verifier }
  const { status, body } = await auth.ask('POST', '/token?grant_type=pkce', wish)
  expectIt(`a trade (${JSON.stringify(body)})`, status === 200, isGood)
  if (!isGood) return
  expectIt('who was signed in', body.user.id, flow.person.id)
  flow.isTraded = true
}

it('follows the rules', async () => {
  const isOver = startWalk()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      if (isOver()) return
      const people = [await confirmed(), await confirmed()] as const
      const flows: Flow[] = []
      let now = 0
      const pass = (seconds: number) => {
        now += seconds
        auth.pass(seconds)
      }
      for (const one of steps) {
        if (one.kind === 'wait') pass(one.seconds)
        else if (one.kind === 'ask') {
          pass(61)
          const person = people[one.who === 0 ? 0 : 1]
          for (const old of flows) if (old.person === person) old.isLinkGood = false
          flows.push(await ask(person, one, now))
        } else {
          const flow = flows.at(-1 - one.which)
          if (flow === undefined) continue
          if (one.kind === 'follow') await followLink(flow, flows, now)
          else if (flow.code !== undefined) {
            await trade(flow, flows.at(-1 - one.verifierOf)?.verifier ?? randomUUID(), now)
          }
        }
      }
    }),
    { numRuns: 30 },
  )
})
