// What an operation is handed: who asks, what they may, and the abilities of the platform.

import type { Observe } from '@plinth/contracts'
import type { Outbound } from '@plinth/http'
import type { Pool } from '@plinth/postgres'
import type { Supervisor } from '../supervisor/supervisor.ts'
import type { Actor } from './caller.ts'
import type { Permission } from './scopes.ts'
import type { ControlSettings } from './settings.ts'

/** Everything that operations share; built once by `makeControl`. */
export type Platform = {
  readonly db: Pool
  /** The installation key: seals specs and API keys. */
  readonly key: Buffer
  readonly supervisor: Supervisor
  /** Tells the supervisor to look at a spec now; keeps trying in the background when it cannot be reached. */
  readonly applySpec: (ref: string) => Promise<void>
  /** Says that a run of a branch waits to be carried out. */
  readonly lookAtRuns: () => void
  readonly settings: ControlSettings
  readonly observe: Observe
  /** Carries requests to addresses that owners name; what it refuses, owners must not reach through us. */
  readonly outbound: Outbound
}

/** Whoever acts on projects in the background, without a caller. */
export type Worker = Platform & {
  /** Aborted when the control plane stops. */
  readonly signal: AbortSignal
}

export type Call = Worker & {
  readonly actor: Actor
  /** Whether role and token allow more than the operation's own scope asks for. */
  readonly may: (permission: Permission) => boolean
  readonly requestId: string
  /** Where the request came from. */
  readonly address: string
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}
