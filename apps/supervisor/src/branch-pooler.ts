// The pooler of one branch: started by its first client, stopped with the branch.

import { join } from 'node:path'
import { adoptPooler, reloadPooler, startPooler } from '@plinth/cluster'
import type { ProjectRef, StackSpec } from '@plinth/contracts'
import { isAlive, type RunningProcess } from '@plinth/process'
import type { Host } from './host.ts'

export class BranchPooler {
  readonly #ref: ProjectRef
  readonly #host: Host
  #pooler: Promise<RunningProcess> | undefined

  constructor(ref: ProjectRef, host: Host) {
    this.#ref = ref
    this.#host = host
  }

  async adopt(): Promise<void> {
    const left = await adoptPooler(this.#host.places.foldersOf(this.#ref).socketDir)
    if (left) this.#keep(Promise.resolve(left))
  }

  /** Resolves when clients can connect; calls that come meanwhile share one start. */
  async ensure(spec: StackSpec, uid: number | undefined): Promise<void> {
    const running = await this.#pooler
    // Its end may not have been noticed yet.
    if (running && isAlive(running.pid)) return
    if (running) this.#pooler = undefined
    if (this.#pooler === undefined) this.#keep(this.#start(spec, uid))
    await this.#pooler
  }

  /** Hands a changed spec to the pooler, when one runs. */
  async apply(spec: StackSpec): Promise<void> {
    const running = await this.#pooler?.catch(() => undefined)
    if (running === undefined || !isAlive(running.pid)) return
    const { socketDir } = this.#host.places.foldersOf(this.#ref)
    await reloadPooler({ socketDir, size: spec.size, config: spec.database.pooler }, running)
  }

  async stop(): Promise<void> {
    const running = await this.#pooler?.catch(() => undefined)
    this.#pooler = undefined
    // Its other signals wait for clients to leave.
    await running?.stop({ signal: 'SIGQUIT', graceMs: 2000 })
  }

  async #start(spec: StackSpec, uid: number | undefined): Promise<RunningProcess> {
    const { socketDir, logs } = this.#host.places.foldersOf(this.#ref)
    const pooler = await startPooler({
      runtime: this.#host.runtime,
      socketDir,
      uid,
      gid: uid,
      superuserPassword: spec.database.passwords.supabase_admin,
      size: spec.size,
      config: spec.database.pooler,
      logFile: join(logs, 'pooler.log'),
    })
    await this.#host.cgroups.put(this.#ref, pooler.pid)
    return pooler
  }

  /** Remembers it until it ends. */
  #keep(pooler: Promise<RunningProcess>): void {
    this.#pooler = pooler
    const forget = () => {
      if (this.#pooler === pooler) this.#pooler = undefined
    }
    pooler.then((running) => running.exited.then(forget), forget)
  }
}
