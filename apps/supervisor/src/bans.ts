// Addresses that are shut out of a branch's database after wrong passwords. The edge counts and enforces; they are
// kept here, in memory alone, where the control plane can list and lift them.

import { type Ban, banMs, isBanOn, type ProjectRef } from '@plinth/contracts'
import { makeBroadcast } from './broadcast.ts'

/** Of one branch; the oldest gives way. */
const MOST = 256

export class Bans {
  /** When each ends, by address. */
  readonly #branches = new Map<ProjectRef, Map<string, number>>()
  readonly #changes = makeBroadcast<ProjectRef>()

  /** Oldest first. */
  list(ref: ProjectRef): readonly Ban[] {
    return [...this.#of(ref)].map(([address, until]) => ({ address, until: new Date(until).toISOString() }))
  }

  add(ref: ProjectRef, address: string): void {
    const bans = this.#of(ref)
    bans.delete(address)
    const [oldest] = bans.keys()
    if (oldest !== undefined && bans.size >= MOST) bans.delete(oldest)
    bans.set(address, Date.now() + banMs)
    this.#branches.set(ref, bans)
    this.#changes.send(ref)
  }

  /** One that is not banned stays free. */
  lift(ref: ProjectRef, addresses: readonly string[]): void {
    const bans = this.#of(ref)
    for (const address of addresses) bans.delete(address)
    this.#changes.send(ref)
  }

  /** Calls back after every change, until the returned function is called. */
  follow(listener: (ref: ProjectRef) => void): () => void {
    return this.#changes.follow(listener)
  }

  /** Those that have not ended. */
  #of(ref: ProjectRef): Map<string, number> {
    const bans = this.#branches.get(ref) ?? new Map<string, number>()
    for (const [address, until] of bans) if (!isBanOn(until, Date.now())) bans.delete(address)
    if (bans.size === 0) this.#branches.delete(ref)
    return bans
  }
}
