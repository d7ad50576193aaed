// What an access token says, after the project's hook had a look at it.

import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'

type Claims = Readonly<Record<string, unknown>>
type Kind = 'text' | 'number' | 'flag' | 'audience'

/** What a token of this service cannot be without. */
const required: Readonly<Record<string, Kind>> = {
  aud: 'audience',
  exp: 'number',
  iat: 'number',
  sub: 'text',
  email: 'text',
  phone: 'text',
  role: 'text',
  aal: 'text',
  session_id: 'text',
  is_anonymous: 'flag',
}

const isOf: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => Number.isInteger(value),
  flag: (value) => typeof value === 'boolean',
  audience: (value) => typeof value === 'string' || Array.isArray(value),
}

const checkClaims = (claims: unknown): Claims => {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw errors.hookFailed('output claims field is missing')
  }
  // Checked above: a JSON object.
  const record = claims as Record<string, unknown>
  const problems = Object.entries(required)
    .filter(([name, kind]) => !isOf[kind](record[name]))
    .map(([name, kind]) =>
      name in record ? `- ${name}: must be a ${kind}\n` : `- (root): ${name} is required\n`,
    )
  if (problems.length === 0) return record
  throw errors.hookFailed(`output claims do not conform to the expected schema: \n${problems.join('')}`)
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
  return checkClaims(answer['claims'])
}
