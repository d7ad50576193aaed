// The server process of one branch: started once however many want it, kept until it ends, stopped in order. It runs for
// the branch or, while that sleeps, alone for work of ours; a branch that wakes takes over what runs.

import type { Cluster } from '@plinth/cluster'
import { isAlive } from '@plinth/process'

export type ServerEvents = {
  /** It ended although nobody stopped it. */
  readonly onCrash: () => void
  /** It was stopped; before another may start. */
  readonly onStopped: () => Promise<void>
}

export type Launch = () => Promise<Cluster>

export class BranchServer {
  readonly #events: ServerEvents
  #cluster: Cluster | undefined
  #launching: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #isAlone = false

  constructor(events: ServerEvents) {
    this.#events = events
  }

  get cluster(): Cluster | undefined {
    return this.#cluster
  }

  get isAlive(): boolean {
    return this.#cluster !== undefined && isAlive(this.#cluster.pid)
  }

  /** Remembers the server until it ends; an end that nobody asked for is a crash. */
  keep(cluster: Cluster): void {
    this.#cluster = cluster
    void cluster.exited.then(() => {
      if (this.#cluster !== cluster) return
      this.#cluster = undefined
      this.#events.onCrash()
    })
  }

  /** For the branch; resolves before it is ready. */
  start(launch: Launch): Promise<void> {
    this.#isAlone = false
    return this.#ensure(launch)
  }

  /** For work of ours, until `stopAlone`; resolves when it is ready, with `false` when it runs already. */
  async startAlone(launch: Launch): Promise<boolean> {
    if (this.#cluster || this.#launching) return false
    this.#isAlone = true
    await this.#ensure(launch)
    await this.cluster?.ready
    return true
  }

  /** Stops what was started alone, unless the branch has taken it over; says whether it did. */
  async stopAlone(): Promise<boolean> {
    const isMine = this.#isAlone
    if (isMine) await this.stop()
    return isMine
  }

  async stop(): Promise<void> {
    this.#isAlone = false
    if (this.#launching) await this.#launching.catch(() => undefined)
    const cluster = this.#cluster
    this.#cluster = undefined
    if (cluster)
      this.#stopping = cluster
        .stop('fast')
        .then(this.#events.onStopped)
        .finally(() => {
          this.#stopping = undefined
        })
    await this.#stopping
  }

  async #ensure(launch: Launch): Promise<void> {
    await this.#stopping
    if (this.#cluster) return
    this.#launching ??= launch()
      .then((cluster) => this.keep(cluster))
      .finally(() => {
        this.#launching = undefined
      })
    await this.#launching
  }
}
