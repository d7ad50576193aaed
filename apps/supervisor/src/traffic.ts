// Whether a branch is being used. Touches count from the moment they come, holds until they are given back or run
// out. After a time without either the branch is told that it is idle; a touch while it dozes wakes it again. Times
// are those of a clock that nobody sets.

import { randomUUID } from 'node:crypto'
import type { BranchStatus, StackSpec } from '@plinth/contracts'

export type TrafficOptions = {
  /** 0: never idle. */
  readonly idleMs: number
  readonly tell: (news: 'idle' | 'touch' | 'quiet') => void
  /** Whether the branch does something although nobody asks. */
  readonly isBusy: () => Promise<boolean>
}

const LONGEST_WORK_MS = 86_400_000

/** Long enough for the edge to hear of it and to say that it has something open. */
const DOZE_MS = 1000

export class Traffic {
  readonly #options: TrafficOptions
  readonly #holds = new Map<string, number>()
  #status: BranchStatus = 'asleep'
  #idleFrom = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: TrafficOptions) {
    this.#options = options
  }

  /** The branch has this status now. */
  follow(status: BranchStatus): void {
    this.#status = status
    clearTimeout(this.#timer)
    if (status === 'dozing') this.#timer = setTimeout(() => this.#options.tell('quiet'), DOZE_MS)
    if (status !== 'awake') return
    this.#idleFrom = performance.now()
    this.#lookAfter(this.#options.idleMs)
  }

  touch(): void {
    this.#idleFrom = performance.now()
    if (this.#status === 'dozing') this.#options.tell('touch')
  }

  /** Something goes on until `release`, or for so long at most: who holds may die without a word. */
  hold(id: string, ms: number): void {
    this.#holds.set(id, performance.now() + ms)
    this.touch()
  }

  release(id: string): void {
    if (!this.#holds.delete(id)) return
    this.touch()
    // A look in the meantime has put off the next one until the hold would have run out.
    if (this.#status !== 'awake') return
    clearTimeout(this.#timer)
    this.#lookAfter(this.#options.idleMs)
  }

  /** It does not fall asleep under this work. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const id = randomUUID()
    this.hold(id, LONGEST_WORK_MS)
    return work().finally(() => this.release(id))
  }

  #lookAfter(ms: number): void {
    if (this.#options.idleMs > 0) this.#timer = setTimeout(() => this.#look(), ms)
  }

  /** A touch moves no timer: touches are many and this is seldom. */
  #look(): void {
    const now = performance.now()
    for (const [id, until] of this.#holds) if (until <= now) this.#holds.delete(id)
    const remaining = Math.max(this.#idleFrom + this.#options.idleMs, ...this.#holds.values()) - now
    this.#lookAfter(remaining > 0 ? remaining : this.#options.idleMs)
    if (remaining <= 0) void this.#ask()
  }

  async #ask(): Promise<void> {
    const askedAt = performance.now()
    const isBusy = await this.#options.isBusy().catch(() => false)
    // Somebody may have come meanwhile, or the branch may have gone.
    if (this.#idleFrom >= askedAt || this.#status !== 'awake') return
    if (isBusy) this.touch()
    else this.#options.tell('idle')
  }
}

/** All sizes but nano stay up, whether they are used or not. */
export const isAlwaysOn = (spec: StackSpec | undefined): boolean =>
  spec !== undefined && spec.size !== 'nano' && spec.desired === 'available'
