// All branches of this host: by ref, from the specs on disk, followed by whoever asks.

import type { Observe, ProjectRef, StackSpec } from '@plinth/contracts'
import { Alarms } from './alarms.ts'
import { Branch } from './branch.ts'
import type { BranchRuntime } from './branch-runtime.ts'
import { makeBroadcast } from './broadcast.ts'
import { errors } from './errors.ts'
import type { Specs, StoredSpec } from './specs.ts'
import { isAlwaysOn } from './traffic.ts'
import { mayRetry } from './why-not.ts'

/** So often everything is compared with its spec although nothing happened. */
const TICK_MS = 30_000

export type BranchesDeps = {
  readonly specs: Specs
  readonly observe: Observe
  readonly postgresVersion: string
  /** How long a branch without traffic stays awake; 0: for ever. */
  readonly idleMs: number
  /** Makes what carries out a branch's orders; it calls back when a process ends by itself. */
  readonly runtimeOf: (ref: ProjectRef, onCrash: (what: string) => void) => BranchRuntime
}

export class Branches {
  readonly #deps: BranchesDeps
  readonly #branches = new Map<ProjectRef, Branch>()
  readonly #runtimes = new Map<ProjectRef, BranchRuntime>()
  readonly #changes = makeBroadcast<Branch>()
  readonly #alarms = new Alarms({
    nextRun: async (ref) => this.#runtimes.get(ref)?.nextRun(),
    wake: (branch) => branch.wake(),
  })
  readonly #writing = new Map<ProjectRef, Promise<unknown>>()
  #tick: NodeJS.Timeout | undefined

  constructor(deps: BranchesDeps) {
    this.#deps = deps
  }

  /** Learns every branch from its stored spec and takes over what runs. */
  async open(stored: readonly StoredSpec[]): Promise<void> {
    await Promise.all(stored.map(({ ref, spec }) => this.#add(ref, spec).open()))
    this.#tick = setInterval(() => {
      for (const branch of this.#branches.values()) {
        branch.look()
        // One that is to stay up is tried again although nobody asks for it.
        if (isAlwaysOn(branch.spec) && mayRetry(branch.report, branch.spec))
          branch.wake().catch(() => undefined)
      }
    }, TICK_MS)
    this.#tick.unref()
  }

  list(): readonly Branch[] {
    return [...this.#branches.values()]
  }

  find(ref: string): Branch | undefined {
    // A string that is no ref is simply not among the keys.
    return this.#branches.get(ref as ProjectRef)
  }

  get(ref: string): Branch {
    const branch = this.find(ref)
    if (!branch) throw errors.branchNotFound(ref)
    return branch
  }

  /** Whether a start of the branch waits until others have started. */
  isInLine({ ref }: Branch): boolean {
    return this.#runtimes.get(ref)?.isInLine() ?? false
  }

  /** Wakes the branch; resolves when its pooler takes clients as well. */
  async openPooler(branch: Branch): Promise<void> {
    await branch.wake('database')
    if (branch.spec) await this.#runtimes.get(branch.ref)?.openPooler(branch.spec)
  }

  /** Stores a spec that is newer than the known one and acts on it; an older one changes nothing. */
  put(spec: StackSpec): Promise<Branch> {
    const before = this.#writing.get(spec.ref) ?? Promise.resolve()
    const put = before.catch(() => undefined).then(() => this.#store(spec))
    this.#writing.set(spec.ref, put)
    const done = () => {
      if (this.#writing.get(spec.ref) === put) this.#writing.delete(spec.ref)
    }
    put.then(done, done)
    return put
  }

  /** Calls back after every change, until the returned function is called. */
  follow(listener: (branch: Branch) => void): () => void {
    return this.#changes.follow(listener)
  }

  async close(): Promise<void> {
    clearInterval(this.#tick)
    this.#alarms.close()
    await Promise.all(this.list().map((branch) => branch.close()))
  }

  async #store(spec: StackSpec): Promise<Branch> {
    const known = this.#branches.get(spec.ref)
    if (known?.spec && known.spec.version >= spec.version) return known
    // A removal cannot be taken back: half of the data may be gone.
    if (known?.spec?.desired === 'removed') return known
    await this.#deps.specs.write(spec)
    if (known) {
      known.take(spec)
      return known
    }
    const branch = this.#add(spec.ref, spec)
    branch.create()
    return branch
  }

  #add(ref: ProjectRef, spec: StackSpec | undefined): Branch {
    const runtime = this.#deps.runtimeOf(ref, (what) => branch.crashed(what))
    this.#runtimes.set(ref, runtime)
    const branch: Branch = new Branch(ref, spec, {
      runtime,
      observe: this.#deps.observe,
      postgresVersion: this.#deps.postgresVersion,
      idleMs: this.#deps.idleMs,
      onChange: (changed) => this.#changed(changed),
    })
    this.#branches.set(ref, branch)
    return branch
  }

  #changed(branch: Branch): void {
    this.#alarms.follow(branch)
    if (branch.status === 'gone') {
      this.#branches.delete(branch.ref)
      this.#runtimes.delete(branch.ref)
    }
    this.#changes.send(branch)
  }
}
