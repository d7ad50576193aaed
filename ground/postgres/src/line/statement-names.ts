// Which statements one connection has prepared, under which name; the least recently used one makes
// room. Names are never used twice, so a forgotten name can never mean something else.

import type { DatabaseError } from '../database-error.ts'

export type Prepared = {
  readonly name: string
  readonly text: string
  /** Known once the server has described it. */
  columns: readonly string[]
  lastUse: number
}

const none: readonly string[] = []

/** A statement without a name, parsed for one use. */
export const unnamed = (text: string): Prepared => ({ name: '', text, columns: none, lastUse: 0 })

export class StatementNames {
  readonly #capacity: number
  readonly #byText = new Map<string, Prepared>()
  #retired: string[] = []
  #made = 0
  #uses = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  find(text: string): Prepared | undefined {
    const found = this.#byText.get(text)
    if (found !== undefined) found.lastUse = ++this.#uses
    return found
  }

  add(text: string): Prepared {
    const prepared = { name: `p${++this.#made}`, text, columns: none, lastUse: ++this.#uses }
    this.#byText.set(text, prepared)
    return prepared
  }

  /** The server does not have it, or not as we need it. */
  retire(prepared: Prepared): void {
    if (this.#byText.get(prepared.text) !== prepared) return
    this.#byText.delete(prepared.text)
    this.#retired.push(prepared.name)
  }

  retireAll(): void {
    for (const prepared of [...this.#byText.values()]) this.retire(prepared)
  }

  /** Makes room; returns the names to close at the server. */
  evict(): readonly string[] {
    const excess = this.#byText.size - this.#capacity
    if (excess > 0) {
      const oldest = [...this.#byText.values()].sort((a, b) => a.lastUse - b.lastUse).slice(0, excess)
      for (const prepared of oldest) this.retire(prepared)
    }
    if (this.#retired.length === 0) return none
    const names = this.#retired
    this.#retired = []
    return names
  }
}

/** The server no longer has the statement, or its result no longer has the shape it was prepared for. */
export const isStale = (error: DatabaseError): boolean =>
  error.sqlstate === '26000' || (error.sqlstate === '0A000' && error.routine === 'RevalidateCachedQuery')
