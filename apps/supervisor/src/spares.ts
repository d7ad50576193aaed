// Warm stack processes that wait for a branch: taking one is instant, starting one costs a quarter of a second.

import { join } from 'node:path'
import type { Observe } from '@plinth/contracts'
import { type StackEntry, StackProcess } from './stack-process.ts'

const REST_AFTER_FAILURE_MS = 2000

type Folders = { readonly run: string; readonly logs: string }

export class Spares {
  readonly #entry: StackEntry
  readonly #folders: Folders
  readonly #observe: Observe
  readonly #kept: number
  readonly #waiting: Promise<StackProcess>[] = []
  readonly #warm = new WeakSet<Promise<StackProcess>>()
  #count = 0
  #rest: NodeJS.Timeout | undefined
  #closed = false

  constructor(entry: StackEntry, folders: Folders, observe: Observe, kept = 2) {
    this.#entry = entry
    this.#folders = folders
    this.#observe = observe
    this.#kept = kept
  }

  /** Whether taking one costs next to nothing. */
  get isThere(): boolean {
    return this.#waiting[0] !== undefined && this.#warm.has(this.#waiting[0])
  }

  /** The longest-waiting spare; starts one when there is none. Follow up with `refill`. */
  take(): Promise<StackProcess> {
    return this.#waiting.shift() ?? this.#start('for one branch')
  }

  /** Brings the number of spares up again. Called when a start is over, so as not to slow it down. */
  refill(): void {
    if (this.#closed || this.#rest) return
    while (this.#waiting.length < this.#kept) {
      const spare = this.#start('spare')
      this.#waiting.push(spare)
      spare.then(
        (stack) => {
          this.#warm.add(spare)
          void stack.exited.then(() => this.#drop(spare))
        },
        (error: unknown) => {
          this.#observe({ level: 'error', event: 'spare.failed', error })
          this.#drop(spare)
        },
      )
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#rest)
    const spares = await Promise.allSettled(this.#waiting.splice(0))
    await Promise.all(spares.map((spare) => (spare.status === 'fulfilled' ? spare.value.kill() : undefined)))
  }

  /** One that somebody waits for does not rehearse: it loads what it needs first, and the rest when it serves. */
  #start(what: 'spare' | 'for one branch'): Promise<StackProcess> {
    this.#count += 1
    const name = `spare-${this.#count}`
    const { command, args, env = {} } = this.#entry
    return StackProcess.start(
      { command, args: what === 'spare' ? [...args, '--rehearse'] : args, env },
      join(this.#folders.run, `${name}.sock`),
      join(this.#folders.logs, `${name}.log`),
    )
  }

  /** A spare that ended or never came up is replaced after a rest: one that cannot start would spin. */
  #drop(spare: Promise<StackProcess>): void {
    const at = this.#waiting.indexOf(spare)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    if (this.#closed) return
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined
      this.refill()
    }, REST_AFTER_FAILURE_MS)
  }
}
