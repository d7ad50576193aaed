// The Postgres of one branch: started, adopted, given its passwords and migrations, stopped.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  adoptCluster,
  type Cluster,
  makeSecrets,
  makeSettings,
  setSecrets,
  startCluster,
  updateCluster,
} from '@plinth/cluster'
import type { ProjectRef, StackSpec } from '@plinth/contracts'
import { isAlive } from '@plinth/process'
import type { BranchNotes } from './branch-notes.ts'
import { digestOf, type Host } from './host.ts'
import type { BranchFolders } from './places.ts'

export class BranchPostgres {
  readonly #ref: ProjectRef
  readonly #host: Host
  readonly #folders: BranchFolders
  readonly #notes: BranchNotes
  readonly #schema: string
  readonly #onCrash: () => void
  #cluster: Cluster | undefined

  constructor(ref: ProjectRef, host: Host, notes: BranchNotes, onCrash: () => void) {
    this.#ref = ref
    this.#host = host
    this.#folders = host.places.foldersOf(ref)
    this.#notes = notes
    this.#schema = digestOf(host.histories)
    this.#onCrash = onCrash
  }

  get isRunning(): boolean {
    return this.#cluster !== undefined
  }

  get isAlive(): boolean {
    return this.#cluster !== undefined && isAlive(this.#cluster.pid)
  }

  async adopt(): Promise<boolean> {
    const cluster = await adoptCluster(this.#folders)
    if (cluster) this.#keep(cluster)
    return cluster !== undefined
  }

  /** Puts a fresh database in place of whatever an attempt before has left. */
  async make(uid: number | undefined): Promise<void> {
    const templates = await this.#host.templates()
    await this.stop()
    await this.#notes.forgetDatabase()
    await rm(this.#folders.dataDir, { recursive: true, force: true })
    await templates.take({ dataDir: this.#folders.dataDir, uid, gid: uid })
  }

  /** Whether the database was last used by another version, whose schemas may be older. */
  async isOutdated(): Promise<boolean> {
    const state = await this.#notes.readDatabase()
    return state !== undefined && state.schema !== this.#schema
  }

  /** Resolves when the server runs and has the passwords and the schemas that it should have. */
  async start(spec: StackSpec, uid: number | undefined): Promise<void> {
    if (!this.#cluster) {
      const { dataDir, socketDir, logs } = this.#folders
      const { runtime } = this.#host
      const { size, limits } = spec
      const cluster = await startCluster({
        runtime,
        dataDir,
        socketDir,
        uid,
        gid: uid,
        settings: makeSettings({
          runtime,
          socketDir,
          name: this.#ref,
          size,
          maxConnections: limits.maxConnections,
        }),
        logFile: join(logs, 'postgres.log'),
      })
      this.#keep(cluster)
    }
    await this.complete(spec)
  }

  /** Gives a running server what it does not have yet of passwords and schemas. */
  async complete(spec: StackSpec): Promise<void> {
    const { passwords } = spec.database
    const state = await this.#notes.readDatabase()
    const samePasswords = isDeepStrictEqual(state?.passwords, passwords)
    // Takes processor time, so it goes on while the server starts.
    const secrets = samePasswords ? undefined : makeSecrets(passwords)
    secrets?.catch(() => undefined)
    await this.#cluster?.ready
    const { dataDir, socketDir } = this.#folders
    if (secrets) {
      const before = state ? { currentPassword: state.passwords.supabase_admin } : {}
      await setSecrets({ dataDir, socketDir, secrets: await secrets, ...before })
    }
    if (state && state.schema !== this.#schema) {
      const { histories } = this.#host
      await updateCluster({ socketDir, superuserPassword: passwords.supabase_admin, histories })
    }
    if (samePasswords && state?.schema === this.#schema) return
    await this.#notes.writeDatabase({ passwords, schema: this.#schema })
  }

  async stop(): Promise<void> {
    const cluster = this.#cluster
    this.#cluster = undefined
    await cluster?.stop('fast')
  }

  /** Remembers the server until it ends; an end that nobody asked for is a crash. */
  #keep(cluster: Cluster): void {
    this.#cluster = cluster
    void cluster.exited.then(() => {
      if (this.#cluster !== cluster) return
      this.#cluster = undefined
      this.#onCrash()
    })
  }
}
