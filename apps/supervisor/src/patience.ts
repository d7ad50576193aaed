// How often and how soon a start is tried again. Each failure costs patience; a long calm renews it.

const PAUSES_MS = [0, 250, 1000, 3000] as const
const LONGEST_PAUSE_MS = 5000
/** A branch that served this long has recovered from its last crash. */
const CALM_AFTER_MS = 60_000

export class Patience {
  #failures = 0
  #until = 0
  /** Times are those of a clock that nobody sets. */
  #calmFrom = performance.now()
  #timer: NodeJS.Timeout | undefined

  /** One failure more. The next attempt may begin after a pause that grows. */
  lose(): void {
    this.#until = performance.now() + (PAUSES_MS[this.#failures] ?? LONGEST_PAUSE_MS)
    this.#failures += 1
  }

  /** What served has ended by itself. */
  crash(): void {
    if (performance.now() - this.#calmFrom > CALM_AFTER_MS) this.renew()
    this.lose()
  }

  renew(): void {
    this.#failures = 0
    this.#until = 0
  }

  /** Another state: the next attempt may begin at once; the failures still count. */
  hurry(): void {
    this.#until = 0
    this.#calmFrom = performance.now()
  }

  /** So many failures in a row that trying again helps nobody. */
  get isLost(): boolean {
    return this.#failures > PAUSES_MS.length
  }

  /** Whether the pause is still on; if so, calls back when it is over. */
  isResting(callback: () => void): boolean {
    const remaining = this.#until - performance.now()
    if (remaining <= 0) return false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(callback, remaining)
    return true
  }
}
