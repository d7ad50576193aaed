// Wakes branches that sleep shortly before a job of theirs is due.

import type { ProjectRef } from '@plinth/contracts'
import type { Branch } from './branch.ts'

export type AlarmOptions = {
  /** When the next job of a branch is due. */
  readonly nextRun: (ref: ProjectRef) => Promise<Date | undefined>
  readonly wake: (branch: Branch) => Promise<void>
}

/** Starting takes less, on a busy machine too; the scheduler passes over a minute that began before it did. */
const AHEAD_MS = 5_000
/** Longer waits are made of several: a timer holds no more than 24 days, and a clock that is set is noticed. */
const LONGEST_MS = 60_000

export class Alarms {
  readonly #options: AlarmOptions
  readonly #timers = new Map<ProjectRef, NodeJS.Timeout>()
  #isOver = false

  constructor(options: AlarmOptions) {
    this.#options = options
  }

  /** The branch has another status now. */
  follow(branch: Branch): void {
    clearTimeout(this.#timers.get(branch.ref))
    this.#timers.delete(branch.ref)
    if (branch.status === 'asleep') void this.#set(branch)
  }

  close(): void {
    this.#isOver = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  async #set(branch: Branch): Promise<void> {
    const due = await this.#options.nextRun(branch.ref).catch(() => undefined)
    if (due === undefined || this.#isOver || branch.status !== 'asleep') return
    const waitMs = due.getTime() - AHEAD_MS - Date.now()
    clearTimeout(this.#timers.get(branch.ref))
    const act = () => (waitMs > LONGEST_MS ? this.#set(branch) : this.#wake(branch))
    this.#timers.set(
      branch.ref,
      setTimeout(() => void act(), Math.min(Math.max(waitMs, 0), LONGEST_MS)).unref(),
    )
  }

  /** One that cannot wake says why itself. */
  async #wake(branch: Branch): Promise<void> {
    if (branch.status === 'asleep' && branch.spec?.desired === 'available')
      await this.#options.wake(branch).catch(() => undefined)
  }
}
