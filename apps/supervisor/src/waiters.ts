// Everybody who waits for the same branch: one promise for all who need everything of it, and one for those to
// whom its database is enough.

import type { StartWatch } from './branch-runtime.ts'

/** What of a branch somebody needs. */
export type Part = 'everything' | 'database'

const parts: readonly Part[] = ['everything', 'database']

export class Waiters {
  readonly #shared: { [P in Part]?: PromiseWithResolvers<void> } = {}

  /** What a start tells them and asks of them. */
  readonly watch: StartWatch = {
    onDatabase: () => this.resolve('database'),
    isApiWanted: () => this.has('everything'),
  }

  get any(): boolean {
    return parts.some((part) => this.has(part))
  }

  has(part: Part): boolean {
    return this.#shared[part] !== undefined
  }

  wait(part: Part): Promise<void> {
    const shared = this.#shared[part] ?? Promise.withResolvers<void>()
    this.#shared[part] = shared
    return shared.promise
  }

  /** These parts serve. */
  resolve(...served: readonly Part[]): void {
    for (const part of served) {
      this.#shared[part]?.resolve()
      delete this.#shared[part]
    }
  }

  reject(error: Error): void {
    for (const part of parts) {
      this.#shared[part]?.reject(error)
      delete this.#shared[part]
    }
  }
}
