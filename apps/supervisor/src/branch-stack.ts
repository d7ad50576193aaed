// The stack process of one branch: a spare that took its spec, or one that an earlier supervisor left serving.

import type { StackPlace, StackSpec } from '@plinth/contracts'
import { isAlive } from '@plinth/process'
import type { BranchNotes } from './branch-notes.ts'
import type { Spares } from './spares.ts'
import { findStackHealth, StackProcess } from './stack-process.ts'

export type StackEvents = {
  readonly onCrash: () => void
  /** Before it does anything for the branch. */
  readonly onStart: (pid: number) => Promise<void>
}

export class BranchStack {
  readonly #spares: Spares
  readonly #notes: BranchNotes
  readonly #logs: string
  readonly #events: StackEvents
  #process: StackProcess | undefined
  #version = 0

  constructor(spares: Spares, notes: BranchNotes, logs: string, events: StackEvents) {
    this.#spares = spares
    this.#notes = notes
    this.#logs = logs
    this.#events = events
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  get isAlive(): boolean {
    return this.#process !== undefined && isAlive(this.#process.pid)
  }

  /** Version of the spec it serves; 0 when it does not run. */
  get version(): number {
    return this.isRunning ? this.#version : 0
  }

  /** Takes over a stack that answers; one that runs but does not answer is ended. */
  async adopt(adminSocket: string): Promise<boolean> {
    const trace = await this.#notes.readStack()
    const stack = trace && StackProcess.adopt(trace)
    if (!stack) return false
    const health = await findStackHealth(adminSocket)
    if (!health?.ready) {
      await stack.kill()
      return false
    }
    this.#version = health.specVersion
    this.#keep(stack)
    return true
  }

  /** Resolves when the stack serves this spec. It waits for Postgres by itself, until `hopeless` says not to. */
  async start(spec: StackSpec, place: StackPlace, hopeless: AbortSignal): Promise<void> {
    if (this.#process) {
      if (this.#version < spec.version) await this.update(spec, place)
      return
    }
    const stack = await this.#spares.take()
    this.#keep(stack)
    hopeless.addEventListener('abort', () => void stack.kill())
    try {
      if (hopeless.aborted) await stack.kill()
      await this.#events.onStart(stack.pid)
      await this.#notes.writeStack(stack.trace)
      await stack.assign(spec, place, this.#logs)
      this.#version = spec.version
    } catch (error) {
      await this.kill()
      throw error
    }
  }

  async update(spec: StackSpec, place: StackPlace): Promise<void> {
    await this.#process?.update(spec, place)
    this.#version = spec.version
  }

  /** Lets requests finish. */
  async stop(): Promise<void> {
    const stack = this.#process
    this.#process = undefined
    await stack?.stop()
    if (stack) await this.#notes.writeStack(undefined)
  }

  async kill(): Promise<void> {
    const stack = this.#process
    this.#process = undefined
    await stack?.kill()
  }

  #keep(stack: StackProcess): void {
    this.#process = stack
    void stack.exited.then(() => {
      if (this.#process !== stack) return
      this.#process = undefined
      this.#events.onCrash()
    })
  }
}
