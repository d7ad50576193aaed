// What one branch can be restored from, and its restores: one thing at a time, whoever asks.

import { randomUUID } from 'node:crypto'
import {
  type Archive,
  type Backup,
  compactLog,
  createRestorePoint,
  endOfLog,
  findRestore,
  forgetReplaced,
  isDayOver,
  isUnchangedSince,
  listBackups,
  makeSecrets,
  planRestore,
  type RestorePoint,
  type RestoreTarget,
  type RunningSource,
  readLedger,
  readVerification,
  restorableWindow,
  restore,
  retain,
  takeBackup,
  type Verification,
  verifyBackup,
  writeVerification,
} from '@plinth/cluster'
import type { BranchBackups as Listing, ProjectRef, RestoreReport, StackSpec } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'
import type { BranchPostgres } from './branch-postgres.ts'
import { errors } from './errors.ts'
import type { Host } from './host.ts'
import { ownerReason } from './owner-reason.ts'

/** Every moment of so many days can be restored. */
const KEEP_DAYS = 7
const DAY_MS = 86_400_000
const VERIFY_EVERY_MS = 7 * DAY_MS
/** A branch that has just gone to sleep is left alone. */
const REST_MS = 3_600_000
/** Noted as the version of a database that was just taken back. */
const RESTORED = 'restored'

const describe = async (archive: Archive, { id, kind, label, startedAt, endedAt, bytes }: Backup) => {
  const verified = await readVerification(archive, id)
  return { id, kind, label, startedAt, endedAt, bytes, ...(verified === undefined ? {} : { verified }) }
}

export class BranchBackups {
  readonly #ref: ProjectRef
  readonly #host: Host
  readonly postgres: BranchPostgres
  #turn: Promise<unknown> = Promise.resolve()
  #wish: RestoreTarget | undefined
  #report: RestoreReport | undefined
  #copying: AbortController | undefined
  #working: AbortController | undefined

  constructor(ref: ProjectRef, host: Host, postgres: BranchPostgres) {
    this.#ref = ref
    this.#host = host
    this.postgres = postgres
  }

  get isRestoreDue(): boolean {
    return this.#wish !== undefined
  }

  /** Learns of a restore that an earlier supervisor accepted and did not finish, or did not even begin. */
  async open(): Promise<void> {
    this.#wish = (await findRestore(this.#home))?.target ?? (await this.postgres.notes.readWish())
  }

  /** Ends what copies now, so that nobody waits for it. */
  close(): void {
    this.#copying?.abort()
    this.#working?.abort()
  }

  /**
   * Works with the server while everything else goes on. That of a branch that sleeps is started for it and stopped
   * again; then it gives where the log ended, if nobody woke the branch meanwhile.
   */
  async work(
    spec: StackSpec,
    work: (source: RunningSource, signal: AbortSignal) => Promise<void>,
  ): Promise<bigint | undefined> {
    if (this.#wish !== undefined) throw errors.notRestorable(this.#ref)
    const working = new AbortController()
    this.#working = working
    try {
      await this.#inTurn(() => this.postgres.startAlone(spec))
      const source = await this.postgres.findRunning()
      if (!source) throw errors.notRestorable(this.#ref)
      await work(source, working.signal)
    } catch (error) {
      await this.#inTurn(() => this.postgres.stopAlone())
      throw error
    } finally {
      this.#working = undefined
    }
    const hasRested = await this.#inTurn(() => this.postgres.stopAlone())
    return hasRested ? endOfLog(this.postgres.dataDir) : undefined
  }

  async list(): Promise<Listing> {
    const archive = await this.postgres.archive()
    const [backups, { earliest, latest }] = await Promise.all([
      listBackups(archive),
      restorableWindow(archive),
    ])
    return {
      backups: await Promise.all(backups.map((backup) => describe(archive, backup))),
      window: earliest === undefined ? { latest } : { earliest, latest },
      ...(this.#report === undefined ? {} : { restore: this.#report }),
    }
  }

  async listPoints(): Promise<readonly RestorePoint[]> {
    return (await readLedger(await this.postgres.archive())).points
  }

  /** Of the running server or, when there is none, of its files. */
  backUp(label: string): Promise<Backup> {
    return this.#inTurn(() => this.#backUp(label))
  }

  /** The branch must be awake. A first backup is made before, or the point would lead nowhere. */
  createPoint(name: string): Promise<RestorePoint> {
    return this.#inTurn(async () => {
      const archive = await this.postgres.archive()
      if (!(await restorableWindow(archive)).isContinuous) await this.#backUp('before a restore point')
      const source = await this.postgres.findRunning()
      if (!source) throw errors.notRestorable(this.#ref)
      return createRestorePoint({ archive, source, name })
    })
  }

  /**
   * Before the schemas of an older version are brought up to date: a point to go back to. One that cannot be made
   * does not keep the branch from serving, since each migration happens as a whole or not at all.
   */
  async markUpgrade(from: string): Promise<void> {
    // The timeline that was restored from is still there to go back to.
    if (from === RESTORED) return
    const name = `upgrade-${randomUUID().slice(0, 8)}`
    await this.createPoint(name).catch((error) =>
      this.#host.observe({ level: 'error', event: 'upgrade.no_restore_point', ref: this.#ref, error }),
    )
  }

  /** Remembers what is wanted, if it can be had, so that no crash forgets it; `restore` does it. */
  async request(target: RestoreTarget): Promise<void> {
    const archive = await this.postgres.archive()
    const [ledger, backups] = await Promise.all([readLedger(archive), listBackups(archive)])
    if (this.#wish !== undefined) throw errors.notRestorable(this.#ref)
    planRestore(target, { ledger, backups, now: new Date() })
    this.#wish = target
    try {
      await this.postgres.notes.writeWish(target)
      // From now on nobody reads of the one before.
      this.#report = { target, status: 'recovering', startedAt: new Date().toISOString() }
    } catch (error) {
      this.#wish = undefined
      throw error
    }
    this.close()
  }

  /** Carries out the wish on the stopped database; answers why, if that changed nothing. Fails when it can neither go on nor back. */
  restore(spec: StackSpec): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const target = this.#wish
      if (target === undefined) return undefined
      this.#report = { target, status: 'recovering', startedAt: new Date().toISOString() }
      try {
        await this.#restore(target, spec)
      } catch (error) {
        this.#host.observe({ level: 'error', event: 'restore.failed', ref: this.#ref, error })
        if (await findRestore(this.#home)) throw error
        this.#note({ status: 'rolled_back', reason: ownerReason(error) })
      }
      await this.postgres.notes.forgetWish()
      this.#note({ endedAt: new Date().toISOString() })
      this.#wish = undefined
      return this.#report.reason
    })
  }

  /** Regular care: old pieces of the log made small, a new backup when one is due, and the newest one tried. */
  async tend(spec: StackSpec | undefined): Promise<void> {
    const archive = await this.postgres.archive()
    await compactLog({ archive, observe: this.#host.observe, olderThanMs: 600_000 })
    if (await this.#isDue()) await this.backUp('scheduled')
    if (spec) await this.#inTurn(() => this.#verifyNewest(archive, spec))
  }

  /** The newest backup, once a week: what it is good for is known only when it was restored. */
  async #verifyNewest(archive: Archive, spec: StackSpec): Promise<void> {
    const backups = await listBackups(archive)
    const newest = backups.at(-1)
    if (!newest || this.#wish !== undefined) return
    const seen = await Promise.all(backups.map(({ id }) => readVerification(archive, id)))
    const last = seen.findLast((one) => one !== undefined)
    const isRecent = (at: string, ms: number) => Math.abs(Date.now() - Date.parse(at)) < ms
    if (isRecent(newest.endedAt, REST_MS)) return
    if (last && isRecent(last.at, last.isGood ? VERIFY_EVERY_MS : DAY_MS)) return
    await this.#verify(archive, newest.id, spec)
  }

  /** Restores a backup aside, for a try, and remembers what came of it. */
  verify(id: string, spec: StackSpec): Promise<Verification> {
    return this.#inTurn(async () => this.#verify(await this.postgres.archive(), id, spec))
  }

  async #verify(archive: Archive, id: string, spec: StackSpec): Promise<Verification> {
    const { observe } = this.#host
    const fields = { id }
    const note = async (found: Omit<Verification, 'at'>): Promise<Verification> => {
      const verification = { at: new Date().toISOString(), ...found }
      await writeVerification(archive, id, verification)
      return verification
    }
    try {
      const secrets = await makeSecrets(spec.database.passwords)
      await verifyBackup({ ...(await this.postgres.restoreOptions(spec)), id, scratch: this.#home, secrets })
      observe({ level: 'info', event: 'backup.verified', ref: this.#ref, fields })
      return await note({ isGood: true })
    } catch (error) {
      // No room to try it says nothing about the backup.
      if (isPlinthError(error) && ['disk_short', 'backup_not_found'].includes(error.code)) throw error
      observe({ level: 'error', event: 'backup.not_restorable', ref: this.#ref, fields, error })
      return note({ isGood: false, reason: ownerReason(error) })
    }
  }

  get #home(): string {
    return this.#host.places.foldersOf(this.#ref).home
  }

  #note(news: Partial<RestoreReport>): void {
    if (this.#report) this.#report = { ...this.#report, ...news }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.catch(() => undefined).then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #backUp(label: string): Promise<Backup> {
    if (this.#wish !== undefined) throw errors.notRestorable(this.#ref)
    const archive = await this.postgres.archive()
    const copying = new AbortController()
    this.#copying = copying
    try {
      const { runtime } = this.#host
      const { dataDir } = this.postgres
      const running = await this.postgres.findRunning()
      const backup = await takeBackup({ runtime, archive, dataDir, running, label, signal: copying.signal })
      await this.postgres.vault.keepIn(archive.folder)
      await forgetReplaced(this.#home)
      await retain(archive, { days: KEEP_DAYS })
      return backup
    } finally {
      this.#copying = undefined
    }
  }

  async #restore(target: RestoreTarget, spec: StackSpec): Promise<void> {
    // Of another day, so perhaps of another version: it is brought up to date at its next start.
    const schema = RESTORED
    const state = await this.postgres.notes.readDatabase()
    if (state) await this.postgres.notes.writeDatabase({ ...state, schema })
    await restore({
      ...(await this.postgres.restoreOptions(spec)),
      home: this.#home,
      target,
      secrets: await makeSecrets(spec.database.passwords),
      onStatus: (status) => this.#note({ status }),
      onProgress: (progress) => this.#note({ progress }),
    })
    const edition = state?.edition ?? spec.database.edition
    await this.postgres.notes.writeDatabase({ passwords: spec.database.passwords, schema, edition })
  }

  /** One a day while something is written, and one as soon as the log leads on from none, or the newest is known as bad. */
  async #isDue(): Promise<boolean> {
    const archive = await this.postgres.archive()
    if ((await this.postgres.notes.readDatabase()) === undefined) return false
    const [backups, window] = [await listBackups(archive), await restorableWindow(archive)]
    const newest = backups.at(-1)
    if (!newest || !window.isContinuous) return true
    if ((await readVerification(archive, newest.id))?.isGood === false) return true
    return isDayOver(backups, new Date()) && !(await isUnchangedSince(newest, this.postgres.dataDir))
  }
}
