// What an access token says, after the project's hook had a look at it.

import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'

type Claims = Readonly<Record<string, unknown>>

/** What a token of this service cannot be without. */
const required = 'aud exp iat sub email phone role aal session_id is_anonymous'.split(' ')

/** Names of types as JSON Schema has them; a claim may be of any that stand here. */
const types: Readonly<Record<string, readonly string[]>> = {
  aud: ['string', 'array'],
  exp: ['integer'],
  jti: ['string'],
  iat: ['integer'],
  iss: ['string'],
  nbf: ['integer'],
  sub: ['string'],
  email: ['string'],
  phone: ['string'],
  app_metadata: ['object'],
  user_metadata: ['object'],
  role: ['string'],
  aal: ['string'],
  amr: ['array'],
  session_id: ['string'],
  client_id: ['string'],
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const listOf = (expected: readonly string[]): string =>
  expected.length === 1 ? expected.join('') : `[${expected.join(',')}]`

const problemsOf = (claims: Claims): readonly string[] => [
  ...required.filter((name) => !(name in claims)).map((name) => `(root): ${name} is required`),
  ...Object.entries(types)
    .filter(([name, expected]) => name in claims && !expected.includes(typeOf(claims[name])))
    .map(
      ([name, expected]) =>
        `${name}: Invalid type. Expected: ${listOf(expected)}, given: ${typeOf(claims[name])}`,
    ),
  ...[claims['amr']]
    .flat()
    .flatMap((one, index) =>
      one === undefined || ['string', 'object'].includes(typeOf(one))
        ? []
        : [`amr.${index}: Must validate at least one schema (anyOf)`],
    ),
]

const isObject = (value: unknown): value is Claims => typeOf(value) === 'object'

const checkClaims = (answer: Claims): Claims => {
  if (!('claims' in answer)) throw errors.hookFailed('output claims field is missing')
  const { claims } = answer
  if (!isObject(claims) && claims !== null) throw errors.hookFailed('Error unmarshaling JSON output.')
  const problems =
    claims === null ? ['(root): Invalid type. Expected: object, given: null'] : problemsOf(claims)
  if (claims !== null && problems.length === 0) return claims
  const lines = problems.map((problem) => `- ${problem}\n`)
  throw errors.hookFailed(`output claims do not conform to the expected schema: \n${lines.join('')}`)
}

type Asking = {
  readonly db: Db
  readonly userId: string
  readonly claims: Claims
  readonly method: string
  readonly origin: Origin
}

export const customizeClaims = async (
  { hooks }: Pick<Parts, 'hooks'>,
  { db, userId, claims, method, origin }: Asking,
): Promise<Claims> => {
  if (!hooks.isOn('custom_access_token')) return claims
  const input = { user_id: userId, claims, authentication_method: method }
  const answer = await hooks.run('custom_access_token', { input, origin, db })
  return checkClaims(answer)
}
