// What a floor process is asked to do, and what it answers.

import type { Request } from '../load.ts'

export type LineAccess = { readonly socketDir: string; readonly user: string; readonly password: string }

export type FloorJob = {
  readonly line: LineAccess
  readonly socketPath: string
  /** The requests that will be asked; each is answered by the session that the product would run for it. */
  readonly requests: readonly Request[]
  readonly claims: Readonly<Record<string, unknown>>
}

/** `line`: sessions per second of the wire client alone, and its processor time for each. */
export type FloorMessage =
  | { readonly kind: 'listening' }
  | { readonly kind: 'line'; readonly perSecond: number; readonly micros: number }

/** Asks for the wire client's figure with this session. */
export type FloorQuestion = { readonly request: number; readonly inFlight: number; readonly seconds: number }
