// Connections do not stay for ever: idle ones are closed, old ones make room for new ones. Looked at now and
// then, never on the way of a request.

import type { Connection } from './connection.ts'

export type RenewalLimits = {
  /** Longest time without use. */
  readonly idleMs: number
  /** Longest time open; then it takes nothing new and is closed when it is free. */
  readonly lifeMs: number
}

type Seen = { readonly openedAt: number; done: number; idleSince: number }

export class Renewal {
  readonly #limits: RenewalLimits
  readonly #seen = new WeakMap<Connection, Seen>()

  constructor(limits: RenewalLimits) {
    this.#limits = limits
  }

  /** How often to look. */
  get everyMs(): number {
    return Math.max(100, Math.min(this.#limits.idleMs, this.#limits.lifeMs, 60_000) / 2)
  }

  /** Whether it is to be closed now. */
  isOver(connection: Connection, now: number): boolean {
    const { done, load } = connection
    const seen = this.#seen.get(connection) ?? { openedAt: now, done, idleSince: now }
    this.#seen.set(connection, seen)
    if (load > 0 || seen.done !== done) seen.idleSince = now
    seen.done = done
    const isOld = now - seen.openedAt >= this.#limits.lifeMs
    if (isOld) connection.isRetired = true
    return load === 0 && (isOld || now - seen.idleSince >= this.#limits.idleMs)
  }
}
