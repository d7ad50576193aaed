// One branch: what is wanted of it, what is true of it, and the loop that makes the second follow the first.
// One thing is done at a time; every event only says "look again".

import type { BranchReport, BranchStatus, ProjectRef, StackSpec } from '@plinth/contracts'
import type { BranchDeps } from './branch-deps.ts'
import { type BranchEvent, branchStatus, foundStatus } from './branch-status.ts'
import { errors } from './errors.ts'
import { eventFor, isLeaving, isPassing, type Standing } from './orders.ts'
import { ownerReason } from './owner-reason.ts'
import { Patience } from './patience.ts'
import { isAlwaysOn, Traffic } from './traffic.ts'
import { type Part, Waiters } from './waiters.ts'
import { mayRetry, unreadable, whyNot } from './why-not.ts'

type Work = () => Promise<BranchEvent | undefined>

export class Branch {
  readonly ref: ProjectRef
  readonly traffic: Traffic
  readonly #deps: BranchDeps
  readonly #patience = new Patience()
  readonly #waiters = new Waiters()
  readonly #work: { readonly [S in BranchStatus]?: Work }
  #spec: StackSpec | undefined
  #status: BranchStatus = 'asleep'
  #since = new Date()
  #reason: string | undefined
  #notRestored: string | undefined
  #edition: number | undefined
  #wanted = false
  #restart = false
  #closing = false
  #appliedVersion = 0
  #loop: Promise<void> | undefined
  #again = false

  constructor(ref: ProjectRef, spec: StackSpec | undefined, deps: BranchDeps) {
    this.ref = ref
    this.#spec = spec
    this.#deps = deps
    const { runtime, idleMs } = deps
    this.traffic = new Traffic({ idleMs, isBusy: runtime.isBusy, tell: (news) => this.#hear(news) })
    const { watch } = this.#waiters
    this.#work = {
      provisioning: () =>
        this.#attempt(async (spec) => {
          await runtime.provision(spec, watch.onDatabase)
          this.#edition = spec.database.edition
        }),
      waking: () => this.#attempt((spec) => runtime.start(spec, watch)),
      awake: () => this.#apply(),
      stopping: async () => {
        await runtime.stop()
        this.#restart = false
        this.#patience.renew()
        return 'stopped'
      },
      restoring: async () => {
        this.#wanted = true
        this.#notRestored = this.#spec && (await runtime.restore(this.#spec))
        return this.#spec && 'restored'
      },
      removing: () => this.#remove(),
    }
  }

  get spec(): StackSpec | undefined {
    return this.#spec
  }
  get status(): BranchStatus {
    return this.#status
  }
  /** What is being done now; nothing when all is as wanted. */
  get underWay(): Promise<void> | undefined {
    return this.#loop
  }

  get report(): BranchReport {
    return {
      ref: this.ref,
      status: this.#status,
      specVersion: this.#spec?.version ?? 0,
      postgresVersion: this.#deps.postgresVersion,
      since: this.#since.toISOString(),
      ...(isPassing(this.#standing) && { leaving: true as const }),
      ...(this.#reason && { reason: this.#reason }),
      ...(this.#notRestored && { notRestored: this.#notRestored }),
    }
  }

  /** Finds out what is true of a branch that an earlier supervisor knew, and takes over what runs. */
  async open(): Promise<void> {
    const { runtime } = this.#deps
    const adopted = await runtime.adopt()
    // Nobody knows whether a database without its stack was started before or after the order.
    if (adopted.found && !adopted.serving && this.#spec?.restartVersion !== undefined) await runtime.stop()
    this.#edition = await runtime.readEdition()
    if (!this.#spec) {
      await runtime.stop()
      return this.#begin('broken', unreadable)
    }
    this.#wanted = adopted.found || this.#edition === undefined || isAlwaysOn(this.#spec)
    this.#appliedVersion = adopted.specVersion
    const found = { ...adopted, isProvisioned: this.#edition !== undefined }
    this.#begin(foundStatus({ ...found, isRestoreDue: runtime.isRestoreDue() }, this.#spec.desired))
    this.look()
  }

  /** Starts the life of a branch that this host has never seen. */
  create(): void {
    this.#wanted = true
    this.#begin('provisioning')
    this.look()
  }

  /** A newer spec, already stored. */
  take(spec: StackSpec): void {
    const isRestarted = (spec.restartVersion ?? 0) > (this.#spec?.version ?? 0)
    this.#spec = spec
    this.#deps.onChange(this)
    this.#answerWaiters()
    if (this.#status === 'broken') this.#restart = true
    if (this.#status === 'paused' || isRestarted || isAlwaysOn(spec)) this.#wanted = true
    this.look()
  }

  /** Resolves when the part that is needed serves; all callers share one wake. */
  wake(part: Part = 'everything'): Promise<void> {
    if (this.#closing) return Promise.reject(errors.shuttingDown())
    this.traffic.touch()
    if (this.#status === 'awake' && !isLeaving(this.#standing) && this.#deps.runtime.isUp())
      return Promise.resolve()
    const refusal = whyNot(this.report, this.#spec?.desired)
    if (refusal && !(this.#edition !== undefined && mayRetry(this.report, this.#spec)))
      return Promise.reject(refusal)
    this.#restart ||= refusal !== undefined
    this.#wanted = true
    const isStarting = this.#status === 'waking' && !isLeaving(this.#standing)
    const isUp = part === 'database' && isStarting && this.#deps.runtime.isDatabaseUp()
    const served = isUp ? Promise.resolve() : this.#waiters.wait(part)
    this.look()
    return served
  }

  sleep(): void {
    this.#wanted = false
    this.look()
  }

  /** One of the branch's processes has ended although nobody stopped it. */
  crashed(what: string): void {
    if (this.#closing || !['awake', 'dozing'].includes(this.#status)) return
    this.#deps.observe({ level: 'warn', event: 'branch.crashed', ref: this.ref, fields: { what } })
    this.#patience.crash()
    this.#enter('crashed', `${what} ended unexpectedly.`)
    this.look()
  }

  /** Stops the processes for good, whatever the branch is doing; its status no longer matters. */
  async close(): Promise<void> {
    this.#closing = true
    this.#waiters.reject(errors.shuttingDown())
    this.look()
    await this.#loop
    await this.#deps.runtime.stop()
  }

  /** Compares what is wanted with what is true, now or as soon as the present work is done. */
  look(): void {
    this.#again = true
    this.#loop ??= this.#settle().finally(() => {
      this.#loop = undefined
      if (this.#again) this.look()
    })
  }

  get #standing(): Standing {
    return {
      status: this.#status,
      spec: this.#spec,
      edition: this.#edition,
      appliedVersion: this.#appliedVersion,
      isWanted: this.#wanted || this.#waiters.any,
      isToRestart: this.#restart,
      isRestoreDue: this.#deps.runtime.isRestoreDue(),
      isClosing: this.#closing,
    }
  }

  async #settle(): Promise<void> {
    while (this.#again) {
      this.#again = false
      const event = eventFor(this.#standing) ?? (await this.#doWork())
      if (event && this.#enter(event)) this.#again = true
    }
  }

  async #doWork(): Promise<BranchEvent | undefined> {
    const isOver = this.#closing && this.#status !== 'stopping'
    if (isOver || this.#patience.isResting(() => this.look())) return undefined
    try {
      return await this.#work[this.#status]?.()
    } catch (error) {
      // Left as it is until something makes us look again, at the latest the supervisor's slow tick.
      this.#deps.observe({ level: 'error', event: 'branch.work_failed', ref: this.ref, error })
      return undefined
    }
  }

  async #attempt(act: (spec: StackSpec) => Promise<void>): Promise<BranchEvent | undefined> {
    const spec = this.#spec
    if (!spec) return 'failed'
    this.#restart = false
    if (this.#patience.isLost) return this.#giveUp()
    try {
      await act(spec)
      this.#appliedVersion = spec.version
      this.#reason = undefined
      return 'ready'
    } catch (error) {
      this.#deps.observe({ level: 'warn', event: 'branch.start_failed', ref: this.ref, error })
      this.#reason = ownerReason(error)
      this.#patience.lose()
      if (this.#patience.isLost) return this.#giveUp()
      this.#again = true
    }
  }

  /** Nothing of a broken branch runs. */
  async #giveUp(): Promise<BranchEvent> {
    await this.#deps.runtime.stop()
    return 'failed'
  }

  async #apply(): Promise<undefined> {
    const spec = this.#spec
    if (!spec || spec.version <= this.#appliedVersion) return
    try {
      await this.#deps.runtime.apply(spec)
      this.#appliedVersion = spec.version
    } catch (error) {
      // A stack that does not take its spec is replaced by one that does.
      this.#deps.observe({ level: 'warn', event: 'branch.spec_refused', ref: this.ref, error })
      this.#restart = true
      this.#again = true
    }
  }

  async #remove(): Promise<BranchEvent | undefined> {
    try {
      await this.#deps.runtime.remove()
      return 'removed'
    } catch (error) {
      this.#deps.observe({ level: 'error', event: 'branch.remove_failed', ref: this.ref, error })
      this.#patience.lose()
      this.#again = true
    }
  }

  /** News of traffic, or of none. */
  #hear(news: 'idle' | 'touch' | 'quiet'): void {
    // Nothing of a branch is stopped while it is being worked on.
    const isBusy = this.#waiters.any || this.#loop !== undefined
    if (news === 'idle' && (isBusy || isAlwaysOn(this.#spec))) return
    if (news === 'quiet') this.#wanted = false
    if (this.#enter(news)) this.look()
  }

  #begin(status: BranchStatus, reason?: string): void {
    this.#status = status
    this.#reason = reason
    this.#since = new Date()
    this.traffic.follow(status)
    this.#deps.onChange(this)
  }

  /** Moves along the table; `false` when the event does not apply in this state. */
  #enter(event: BranchEvent, reason = this.#reason): boolean {
    const next = branchStatus.after(this.#status, event)
    if (!next) return false
    // A new state starts without a pause; only after a crash it begins with one.
    if (event !== 'crashed') this.#patience.hurry()
    if (next === 'broken') this.#patience.renew()
    const kept = next === 'broken' || next === 'waking' || next === 'provisioning' ? reason : undefined
    this.#begin(next, kept)
    this.#deps.observe({ level: 'info', event: `branch.${next}`, ref: this.ref })
    this.#answerWaiters()
    return true
  }

  #answerWaiters(): void {
    if (this.#status === 'broken') this.#wanted = false
    const refusal = whyNot(this.report, this.#spec?.desired)
    if (refusal) this.#waiters.reject(refusal)
    else if (this.#status === 'awake' && !isLeaving(this.#standing))
      this.#waiters.resolve('everything', 'database')
  }
}
