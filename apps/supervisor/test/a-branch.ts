// A branch on a host that is only told of: what the branch does to it is counted, and what must not happen noted.

import type { Desired } from '@plinth/contracts'
import { memoryObserve } from '@plinth/observe'
import { Branch } from '../src/branch.ts'
import type { BranchRuntime } from '../src/branch-runtime.ts'
import { refOf, specOf } from './fixtures.ts'

/** A host as far as a branch can tell: two processes and a data directory, and what must never happen to them. */
class Host implements BranchRuntime {
  postgres = false
  stack = false
  provisioned = false
  removed = false
  failures = 0
  starts = 0
  specVersion = 0
  readonly wrongs: string[] = []
  #busy = false

  async #alone<T>(what: string, act: () => T): Promise<T> {
    if (this.#busy) this.wrongs.push(`${what} while something else is being done`)
    if (this.removed) this.wrongs.push(`${what} after removal`)
    this.#busy = true
    try {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return act()
    } finally {
      this.#busy = false
    }
  }

  #start(version: number): void {
    if (this.failures > 0) {
      this.failures -= 1
      // Half of the work is done when it fails.
      this.postgres = true
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    if (this.postgres && this.stack) this.wrongs.push('a second pair of processes')
    this.starts += 1
    this.postgres = this.stack = true
    this.specVersion = version
  }

  edition = 0
  readEdition = async () => (this.provisioned ? this.edition : undefined)
  isUp = () => this.postgres && this.stack
  isDatabaseUp = () => this.postgres
  isInLine = () => false
  busy = false
  isBusy = async () => this.busy
  nextRun = async () => undefined
  restoreDue = false
  restores = 0
  /** Why a restore changes nothing. */
  notRestored: string | undefined
  isRestoreDue = () => this.restoreDue
  restore = () =>
    this.#alone('restore', () => {
      this.postgres = this.stack = false
      this.restores += 1
      this.restoreDue = false
      return this.notRestored
    })
  adopt = async () => ({
    found: this.postgres || this.stack,
    serving: this.postgres && this.stack,
    specVersion: this.specVersion,
  })
  provision: BranchRuntime['provision'] = ({ version, database }) =>
    this.#alone('provision', () => {
      if (this.provisioned && database.edition <= this.edition) this.wrongs.push('new data over old')
      this.provisioned = false
      this.#start(version)
      this.provisioned = true
      this.edition = database.edition
    })
  /** The database is up some time before the stack. */
  databaseFirst = false
  start: BranchRuntime['start'] = ({ version }, { onDatabase }) => {
    if (this.databaseFirst) setTimeout(onDatabase, 10)
    return this.#alone('start', () => this.#start(version))
  }
  apply: BranchRuntime['apply'] = ({ version }) =>
    this.#alone('apply', () => {
      this.specVersion = version
    })
  openPooler = async () => undefined
  stop = () =>
    this.#alone('stop', () => {
      this.postgres = this.stack = false
    })
  remove = () =>
    this.#alone('remove', () => {
      this.postgres = this.stack = this.provisioned = false
      this.removed = true
    })
}

export const ref = refOf(7)

export const makeBranch = ({ idleMs = 0, size = 'nano' } = {}) => {
  const host = new Host()
  const statuses: string[] = []
  /** Versions of the specs in reports that said so. */
  const leavings: number[] = []
  /** Statuses that were reported as the end of something. */
  const settled: string[] = []
  const branch = new Branch(ref, specOf(ref, 1, { size }), {
    runtime: host,
    observe: memoryObserve(),
    postgresVersion: '17.0',
    idleMs,
    onChange: ({ status, report }) => {
      if (report.leaving) leavings.push(report.specVersion)
      else if (['awake', 'asleep', 'paused', 'broken'].includes(status)) settled.push(status)
      if (statuses.at(-1) !== status) statuses.push(status)
    },
  })
  let version = 1
  const want = (desired: Desired) => {
    version += 1
    branch.take(specOf(ref, version, { desired, size }))
  }
  const orderRestart = () => {
    version += 1
    branch.take(specOf(ref, version, { size, restartVersion: version }))
  }
  return { host, branch, statuses, leavings, settled, want, orderRestart }
}
