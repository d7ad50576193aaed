// What all branches of this host share.

import { createHash } from 'node:crypto'
import { foundation, type Runtime, type Templates } from '@plinth/cluster'
import type { History, Observe, ProjectRef } from '@plinth/contracts'
import type { Cgroups } from '@plinth/process'
import type { BranchBackups } from './branch-backups.ts'
import type { Deleted } from './deleted.ts'
import type { Places } from './places.ts'
import type { Spares } from './spares.ts'
import type { Specs } from './specs.ts'
import type { StartGate } from './start-gate.ts'
import type { Uids } from './uids.ts'

export type Host = {
  readonly runtime: Runtime
  /** Opened once; the first time in the life of an installation this takes seconds. */
  readonly templates: () => Promise<Templates>
  /** What the services keep in every branch's database. */
  readonly histories: readonly History[]
  readonly places: Places
  readonly uids: Uids
  readonly specs: Specs
  readonly deleted: Deleted
  readonly spares: Spares
  readonly gate: StartGate
  /** Limits of memory and processors, where the machine has them. */
  readonly cgroups: Cgroups
  /** The databases of this host, with their backups. */
  readonly databases: Map<ProjectRef, BranchBackups>
  /** The installation key. */
  readonly key: Buffer
  readonly observe: Observe
}

/** Changes whenever a database of this version would be made otherwise. */
export const digestOf = (runtime: Runtime, histories: readonly History[]): string => {
  const digest = createHash('sha256').update(`${runtime.version} ${runtime.vector}\n`)
  for (const { owner, migrations } of [foundation, ...histories])
    for (const { name, checksum } of migrations) digest.update(`${owner} ${name} ${checksum}\n`)
  return digest.digest('hex').slice(0, 16)
}
