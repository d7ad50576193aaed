// The Postgres of one branch: started, adopted, given its passwords and migrations, stopped.

import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Archive,
  adoptCluster,
  archivingGivenUp,
  archivingOf,
  type Cluster,
  canRebuild,
  copyBranch,
  keepWaiting,
  makeSecrets,
  makeSettings,
  openArchive,
  type RunningSource,
  readSettings,
  rebuild,
  type Settings,
  startCluster,
  tendLog,
  type WorkSource,
} from '@plinth/cluster'
import type { ProjectRef, StackSpec } from '@plinth/contracts'
import type { BranchNotes } from './branch-notes.ts'
import { BranchServer } from './branch-server.ts'
import { type BranchVault, makeVault } from './branch-vault.ts'
import { completeDatabase } from './complete-database.ts'
import { findSource } from './copy-source.ts'
import { errors } from './errors.ts'
import { digestOf, type Host } from './host.ts'
import { limitsOf } from './limits.ts'
import { onceOpened } from './once-opened.ts'
import type { BranchFolders } from './places.ts'

/** More log than this does not wait for an archive that is away: the database goes on without one. */
const LONGEST_LOG_BYTES = 512 * 2 ** 20

export type PostgresEvents = {
  readonly onCrash: () => void
  /** The server runs with schemas of this version and is about to get ours. */
  readonly onUpgrade: (from: string) => Promise<void>
}

export class BranchPostgres {
  readonly #ref: ProjectRef
  readonly #host: Host
  readonly #folders: BranchFolders
  /** What is remembered beside the data. */
  readonly notes: BranchNotes
  readonly vault: BranchVault
  readonly #schema: string
  readonly #events: PostgresEvents
  readonly #server: BranchServer
  /** What the server was started with; unknown of one that was adopted. */
  #settings: Settings | undefined
  #tending = false
  #isDoubted = false
  #archive = onceOpened(() => this.#openArchive())

  constructor(ref: ProjectRef, host: Host, notes: BranchNotes, events: PostgresEvents) {
    this.#ref = ref
    this.#host = host
    this.#folders = host.places.foldersOf(ref)
    this.notes = notes
    this.vault = makeVault(this.#folders.home, this.#folders.socketDir, host.key)
    this.#schema = digestOf(host.runtime, host.histories)
    this.#events = events
    this.#server = new BranchServer({ onCrash: events.onCrash, onStopped: () => this.#keepLog() })
  }

  get dataDir(): string {
    return this.#folders.dataDir
  }

  get isRunning(): boolean {
    return this.#server.cluster !== undefined
  }

  get isAlive(): boolean {
    return this.#server.isAlive
  }

  async adopt(): Promise<boolean> {
    const cluster = await adoptCluster(this.#folders)
    if (cluster) this.#server.keep(cluster)
    return cluster !== undefined
  }

  /** The branch's archive, made when it is first needed. */
  archive(): Promise<Archive> {
    return this.#archive()
  }

  /** Whether its data directory was lost: there is an archive, and nothing that it belongs to. */
  async isLost(): Promise<boolean> {
    const isThere = await stat(this.dataDir).then(
      () => true,
      () => false,
    )
    return !isThere && (await canRebuild(await this.archive()))
  }

  /** Makes the database again from its archive, to the last moment that was kept. */
  async remake(spec: StackSpec): Promise<void> {
    const { passwords } = spec.database
    await this.vault.recover(this.#folders.archive)
    const secrets = await makeSecrets(passwords)
    const unread = await rebuild({ ...(await this.restoreOptions(spec)), secrets })
    if (unread !== undefined)
      this.#host.observe({
        level: 'error',
        event: 'branch.rebuilt_in_part',
        ref: this.#ref,
        fields: { unread, lost: 'Everything written after the beginning of this piece of the log.' },
      })
    await this.notes.writeDatabase({ passwords, schema: 'restored', edition: spec.database.edition })
  }

  /** Puts a fresh database in place of whatever an attempt before has left. */
  async make(uid: number | undefined): Promise<void> {
    const templates = await this.#host.templates()
    await this.#clear()
    await templates.take({ dataDir: this.#folders.dataDir, uid, gid: uid })
  }

  /** Puts a copy of another branch's database in place. Its passwords are the other's until `start`. */
  async makeFrom(source: ProjectRef, spec: StackSpec, uid: number | undefined): Promise<void> {
    const original = await findSource(this.#host, source)
    const state = await original?.notes.readDatabase()
    if (!original || !state) throw errors.sourceMissing(source)
    await this.#clear()
    const { dataDir } = original
    const owner = this.#host.uids.find(source)
    const running = await original.findRunning()
    await copyBranch({
      runtime: this.#host.runtime,
      source: { dataDir, uid: owner, gid: owner, running },
      target: { dataDir: this.dataDir, uid, gid: uid },
      settings: this.#makeSettings(spec),
      templates: await this.#host.templates(),
    })
    await this.vault.writeKey(await original.vault.readKey())
    await this.notes.writeDatabase({ ...state, edition: spec.database.edition })
  }

  /** How to log in as the owner; `undefined` while the server does not run. */
  async findOwner(): Promise<WorkSource | undefined> {
    // First whether it runs: where nothing runs there may be nothing to read.
    const state = this.isAlive ? await this.notes.readDatabase() : undefined
    if (!state) return undefined
    return { socketDir: this.#folders.socketDir, user: 'plinth_sql', password: state.passwords.plinth_sql }
  }

  /** How to log in to the server; `undefined` while it does not run. */
  async findRunning(): Promise<RunningSource | undefined> {
    const state = this.isAlive ? await this.notes.readDatabase() : undefined
    if (!state) return undefined
    return { socketDir: this.#folders.socketDir, superuserPassword: state.passwords.supabase_admin }
  }

  /** Keeps the log within bounds when the archive is away, and begins again when it is back. */
  async tendLog(): Promise<void> {
    const { cluster } = this.#server
    // A disk that does not answer is asked once, not again and again.
    if (!cluster || this.#tending) return
    this.#tending = true
    try {
      const { dataDir } = this.#folders
      const { observe } = this.#host
      const [archive, settings] = [await this.archive(), this.#settings ?? (await readSettings(dataDir))]
      await tendLog({ archive, dataDir, pid: cluster.pid, settings, limitBytes: LONGEST_LOG_BYTES, observe })
    } finally {
      this.#tending = false
    }
  }

  /** What a restore of this database needs to know. */
  async restoreOptions(spec: StackSpec) {
    const { dataDir, logs } = this.#folders
    return {
      runtime: this.#host.runtime,
      archive: await this.archive(),
      dataDir,
      settings: this.#makeSettings(spec),
      logFile: join(logs, 'restore.log'),
    }
  }

  /** Whether the database was last used by another version, whose schemas may be older. */
  async isOutdated(): Promise<boolean> {
    const state = await this.notes.readDatabase()
    return state !== undefined && state.schema !== this.#schema
  }

  /** Resolves when the server runs and has the passwords and the schemas that it should have. */
  async start(spec: StackSpec, uid: number | undefined): Promise<void> {
    await this.#server.start(() => this.#launch(spec, uid))
    await this.complete(spec)
  }

  /** Starts the server of a branch that sleeps, as it is, for work of ours; `false` when it runs already. */
  async startAlone(spec: StackSpec): Promise<boolean> {
    const { uids, places, cgroups } = this.#host
    const uid = await uids.ensure(this.#ref)
    await places.prepare(this.#ref, uid)
    await cgroups.limit(this.#ref, limitsOf(spec))
    return this.#server.startAlone(() => this.#launch(spec, uid))
  }

  /** Stops what was started alone, unless the branch has woken up meanwhile; says whether it did. */
  stopAlone(): Promise<boolean> {
    return this.#server.stopAlone()
  }

  async #launch(spec: StackSpec, uid: number | undefined): Promise<Cluster> {
    const { dataDir, socketDir, logs } = this.#folders
    const { runtime, cgroups } = this.#host
    await this.vault.lay()
    this.#settings = { ...this.#makeSettings(spec), ...(await this.#archiving()) }
    const where = { dataDir, socketDir, uid, gid: uid, logFile: join(logs, 'postgres.log') }
    const cluster = await startCluster({ runtime, settings: this.#settings, ...where })
    await cgroups.put(this.#ref, cluster.pid).catch(async (error) => {
      await cluster.stop('immediate')
      throw error
    })
    return cluster
  }

  /** The next start sets right what the owner may have changed of how the platform logs in. */
  doubt(): void {
    this.#isDoubted = true
  }

  /** Gives a running server what it does not have yet of passwords and schemas. */
  async complete(spec: StackSpec): Promise<void> {
    await completeDatabase(
      {
        ref: this.#ref,
        host: this.#host,
        folders: this.#folders,
        notes: this.notes,
        schema: this.#schema,
        ready: this.#server.cluster?.ready,
        isDoubted: this.#isDoubted,
        onUpgrade: this.#events.onUpgrade,
      },
      spec,
    )
    this.#isDoubted = false
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }

  /** The archive goes as well: another database's log must not meet what is kept of this one. */
  async #clear(): Promise<void> {
    await this.stop()
    await this.notes.forgetDatabase()
    // The archive first: without a data directory it would be taken for one that was lost.
    for (const folder of [this.#folders.archive, this.dataDir])
      await rm(folder, { recursive: true, force: true })
    this.#archive = onceOpened(() => this.#openArchive())
  }

  #openArchive(): Promise<Archive> {
    const uid = this.#host.uids.find(this.#ref)
    return openArchive({ folder: this.#folders.archive, uid, gid: uid })
  }

  /** The platform's own, and over them what the owner chose: the control plane lets only harmless ones through. */
  #makeSettings({ size, limits, database }: StackSpec): Settings {
    const { runtime } = this.#host
    const { socketDir } = this.#folders
    const { maxConnections } = limits
    const own = makeSettings({ runtime, socketDir, name: this.#ref, size, maxConnections })
    return { ...own, ...database.settings }
  }

  /** An archive that cannot be reached is no reason not to start. */
  async #archiving(): Promise<Settings> {
    try {
      return await archivingOf(await this.archive(), this.dataDir)
    } catch (error) {
      this.#host.observe({ level: 'error', event: 'archive.unreachable', ref: this.#ref, error })
      return archivingGivenUp
    }
  }

  /** What the server could not hand to the archive before it ended. */
  async #keepLog(): Promise<void> {
    try {
      await keepWaiting(await this.archive(), this.dataDir)
    } catch (error) {
      this.#host.observe({ level: 'warn', event: 'archive.behind', ref: this.#ref, error })
    }
  }
}
