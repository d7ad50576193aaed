// The supervisor's admin API: everything it can be asked, on its private socket.

import type { ServicePlugin } from '@plinth/http'
import type { Bans } from '../bans.ts'
import type { Branches } from '../branches.ts'
import type { Deleted } from '../deleted.ts'
import type { Host } from '../host.ts'
import type { Offsite } from '../offsite.ts'
import type { Places } from '../places.ts'
import type { SystemBackups } from '../system-backups.ts'
import { activity } from './activity.ts'
import { backups } from './backups.ts'
import { keepBans } from './bans.ts'
import { changeBranch } from './change-branch.ts'
import { type HealthReport, health } from './health.ts'
import { openPooler } from './open-pooler.ts'
import { putBranch } from './put-branch.ts'
import { readBranches } from './read-branches.ts'
import { readDeleted } from './read-deleted.ts'
import { readDisk } from './read-disk.ts'
import { streams } from './streams.ts'
import { vaultKey } from './vault-key.ts'
import { wakeBranch } from './wake-branch.ts'

export type RouteDeps = {
  readonly branches: Branches
  readonly bans: Bans
  readonly places: Places
  readonly databases: Host['databases']
  readonly system: SystemBackups
  readonly offsite: Offsite | undefined
  readonly deleted: Deleted
  readonly health: () => HealthReport
}

export const adminRoutes =
  (deps: RouteDeps): ServicePlugin =>
  async (app) => {
    await app.register(health(deps.health))
    await app.register(readBranches(deps.branches))
    await app.register(putBranch(deps.branches))
    await app.register(wakeBranch(deps.branches, deps.places))
    await app.register(openPooler(deps.branches, deps.places))
    await app.register(activity(deps.branches))
    await app.register(keepBans(deps.branches, deps.bans))
    await app.register(changeBranch(deps.branches))
    await app.register(backups(deps.branches, deps.databases, deps.system, deps.offsite))
    await app.register(readDeleted(deps.deleted))
    await app.register(readDisk(deps.branches, deps.places))
    await app.register(vaultKey(deps.branches, deps.databases))
    await app.register(streams(deps.branches, deps.places, deps.bans))
  }
