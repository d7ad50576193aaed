// Who is it? `apikey` opens the door, `Authorization` says who walks in. Part of every request:
// a caller seen before costs about 2 µs (bench/caller.bench.ts).

import type { Caller, StackSpec } from '@plinth/contracts'
import { type Claims, makeVerifier, type OtherKeys, TokenError, type TokenProblem } from '@plinth/crypto'
import type { SchemeProblem } from '@plinth/http'
import { type Door, doorFinder } from './api-keys.ts'
import { callerOf, nobody } from './callers.ts'
import { gatewayErrors } from './errors.ts'
import { keyCallers } from './key-callers.ts'

/** What a request says about its sender, as sent. */
export type Credentials = {
  readonly apiKey: string | undefined
  readonly authorization: string | undefined
  readonly userAgent: string | undefined
}

export type Identity = {
  readonly caller: Caller
  readonly tokenProblem: TokenError | SchemeProblem | undefined
}

/** Throws one of `gatewayErrors` when the door stays shut. */
export type Identify = (credentials: Credentials) => Identity

export type IdentifySpec = Pick<StackSpec, 'ref' | 'jwt' | 'apiKeys'>

const browser = /^(?:Mozilla|Opera)\//
const bearer = /^bearer +(\S.*)$/i

const switchedOff = () => new TokenError('unknown_key', 'legacy API keys are disabled')
/** What another time of day would mend. */
const timeProblems: ReadonlySet<TokenProblem> = new Set(['expired', 'not_yet_valid', 'issued_in_future'])

const notBearer: SchemeProblem = { reason: 'not_bearer', message: 'Authorization is not a Bearer token' }

/** Whether `Authorization` only repeats a key, as old clients do; it then counts as absent. */
const repeatsKey = (token: string, door: Door): boolean => token === door.key || token.startsWith('sb_')

type IdentifyOptions = { readonly now?: () => number; readonly others?: OtherKeys | undefined }

export const makeIdentify = (
  spec: IdentifySpec,
  { now = Date.now, others }: IdentifyOptions = {},
): Identify => {
  const { secret, signingKeys, legacyKeysEnabled } = spec.jwt
  const verifier = makeVerifier({ secret, signingKeys, now, others })
  const findDoor = doorFinder(spec.apiKeys)
  const callerOfKey = keyCallers({ ref: spec.ref, secret, verifier, now })
  // The verifier gives the same claims object for the same token, so callers are kept on it, per key.
  const users = new WeakMap<Door, WeakMap<Claims, Caller>>()

  const openDoor = ({ apiKey, userAgent }: Credentials): Door => {
    if (apiKey === undefined || apiKey === '') throw gatewayErrors.noApiKey()
    const door = findDoor(apiKey)
    if (door === undefined) throw gatewayErrors.invalidApiKey()
    if (door.kind === 'legacy' && !legacyKeysEnabled) throw gatewayErrors.legacyKeysDisabled()
    if (door.kind === 'secret' && userAgent !== undefined && browser.test(userAgent)) {
      throw gatewayErrors.secretKeyInBrowser()
    }
    return door
  }

  /** A legacy key must not come back as a bearer token behind a key that everybody may have. */
  const isSwitchedOff = (token: string): boolean => !legacyKeysEnabled && findDoor(token)?.kind === 'legacy'

  const callerOfToken = (token: string, door: Door): Caller => {
    const claims = verifier.verify(token)
    const behindDoor = users.get(door) ?? new WeakMap<Claims, Caller>()
    users.set(door, behindDoor)
    const known = behindDoor.get(claims)
    if (known !== undefined) return known
    if (isSwitchedOff(token)) throw switchedOff()
    const caller = callerOf(claims, door.kind, token)
    behindDoor.set(claims, caller)
    return caller
  }

  /** A problem with the time is the token's, for each API to say in its way: by another clock the key is good. */
  const bareKey = (door: Door): Identity => {
    try {
      return { caller: callerOfKey(door), tokenProblem: undefined }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      if (timeProblems.has(error.reason)) return { caller: nobody(door.kind), tokenProblem: error }
      // A legacy key that is listed but signed with a secret of the past.
      throw gatewayErrors.invalidApiKey()
    }
  }

  const ofToken = (token: string, door: Door): Identity => {
    try {
      return { caller: callerOfToken(token, door), tokenProblem: undefined }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      // Of two reasons the one that no clock mends.
      return { caller: nobody(door.kind), tokenProblem: isSwitchedOff(token) ? switchedOff() : error }
    }
  }

  return (credentials) => {
    const door = openDoor(credentials)
    const { authorization } = credentials
    if (authorization === undefined || authorization === '') return bareKey(door)
    const token = bearer.exec(authorization)?.[1]
    if (token === undefined) return { caller: nobody(door.kind), tokenProblem: notBearer }
    if (repeatsKey(token, door)) return bareKey(door)
    return ofToken(token, door)
  }
}
