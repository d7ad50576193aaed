// Which statements have proved to be quick. The others, and those nobody has seen yet, share a connection with
// nobody who is in a hurry.

const slowMs = 25
/** A statement that was slow once may have waited for a lock; it gets another chance. */
const forgivenAfterMs = 10_000
const keptTexts = 2000

export class Pace {
  /** By text: when it counts as quick; 0 is always. */
  readonly #quickFrom = new Map<string, number>()

  isQuick(text: string, now: number): boolean {
    const from = this.#quickFrom.get(text)
    return from !== undefined && from <= now
  }

  note(text: string, ms: number, now: number): void {
    const known = this.#quickFrom.get(text)
    if (ms <= slowMs && known !== undefined) return
    if (known === undefined && this.#quickFrom.size >= keptTexts) this.#quickFrom.clear()
    this.#quickFrom.set(text, ms > slowMs ? now + forgivenAfterMs : 0)
  }
}
