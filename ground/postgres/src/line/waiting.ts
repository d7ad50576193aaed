// Turns that wait for a place, oldest first, each for so long and no longer.

import type { Turn } from './turn.ts'

export class Waiting {
  readonly #turns: Turn[] = []
  readonly #longestMs: number
  readonly #onLate: (turn: Turn) => void
  /** One for all: with many callers most of them wait for a moment. */
  #timer: NodeJS.Timeout | undefined

  constructor(longestMs: number, onLate: (turn: Turn) => void) {
    this.#longestMs = longestMs
    this.#onLate = onLate
  }

  get turns(): readonly Turn[] {
    return this.#turns
  }

  get length(): number {
    return this.#turns.length
  }

  add(turn: Turn, where: 'first' | 'last'): void {
    if (where === 'first') this.#turns.unshift(turn)
    else this.#turns.push(turn)
    turn.waitsUntil = performance.now() + this.#longestMs
    this.#timer ??= setTimeout(() => this.#look(), this.#longestMs)
  }

  /** Whether it was waiting at all. */
  remove(turn: Turn): boolean {
    const index = this.#turns.indexOf(turn)
    if (index < 0) return false
    this.#turns.splice(index, 1)
    if (this.#turns.length === 0) {
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
    return true
  }

  #look(): void {
    this.#timer = undefined
    // Timers may be a little early.
    const now = performance.now() + 1
    for (const turn of [...this.#turns]) if (turn.waitsUntil <= now) this.#onLate(turn)
    if (this.#turns.length === 0) return
    const next = Math.min(...this.#turns.map(({ waitsUntil }) => waitsUntil))
    this.#timer ??= setTimeout(() => this.#look(), next - now + 1)
  }
}
