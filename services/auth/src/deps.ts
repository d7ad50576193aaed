// What the auth service is given, and what its parts hand to each other.

import type { AuthConfig, Observe } from '@plinth/contracts'
import type { Signer, TimeRules, Verifier } from '@plinth/crypto'
import type { Outbound } from '@plinth/http'
import type { Pool, Session } from '@plinth/postgres'
import type { Hooks } from './core/hooks.ts'
import type { Mail } from './core/letter.ts'
import type { Oidc } from './core/oidc.ts'

/** As GoTrue: to the second, and whenever a token was issued. The verifier is to be made with them. */
export const tokenTimes: TimeRules = { clockSkew: 0, isIssueChecked: false }

export type AuthDeps = {
  /** Logged in as `supabase_auth_admin`. */
  readonly pool: Pool
  readonly config: AuthConfig
  readonly signer: Signer
  readonly verifier: Verifier
  /** Public base address of the branch, without a trailing slash. */
  readonly publicUrl: string
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly observe: Observe
  /** Takes the letters; without it they go to the project's own inbox. */
  readonly mail?: Mail
  /** Carries requests to other services; without it they go to the public network only. */
  readonly outbound?: Outbound
}

/** Dependencies with their defaults filled in, and what follows from them. */
export type Parts = Omit<AuthDeps, 'mail' | 'outbound'> & {
  readonly mail: Mail
  /** `iss` of tokens and base of links: `<publicUrl>/auth/v1`. */
  readonly issuer: string
  readonly hooks: Hooks
  readonly outbound: Outbound
  readonly oidc: Oidc
}

/** One transaction, or the pool where a single statement is all there is. */
export type Db = Pick<Session, 'query' | 'one' | 'maybe' | 'run'>

/** Where a request comes from, as sessions and the audit log keep it. */
export type Origin = { readonly ip: string | undefined; readonly userAgent: string | undefined }
