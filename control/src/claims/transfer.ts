// A project changes its organization: ref, keys, data and secrets stay; who may reach it changes at once, since
// that is asked of its organization with every call.

import type { Queries } from '@plinth/postgres'
import { recordAudit } from '../frame/audit.ts'
import { lockProject } from '../projects/queries.ts'
import type { ProjectRow } from '../projects/rows.ts'
import { errors } from './errors.ts'
import { type ClaimRow, deleteClaim, setOrganization } from './queries.ts'

const movable: readonly string[] = [
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'INACTIVE',
  'COMING_UP',
  'RESTARTING',
  'RESIZING',
]

/** Why the project of a claim cannot go to that organization; `undefined` when it can. */
export const findObstacle = (
  claim: Pick<ClaimRow, 'organization_id'>,
  project: ProjectRow | undefined,
  to: string,
) => {
  // A claim was given by one organization; it is void when the project is no longer there.
  if (project === undefined || project.organization_id !== claim.organization_id) return errors.notFound()
  if (project.parent_ref !== null) return errors.ofBranch()
  if (project.organization_id === to) return errors.sameOrganization()
  return movable.includes(project.status) ? undefined : errors.notMovable(project.status)
}

type Transfer = {
  /** Or where it was when its owners handed it over themselves. */
  readonly claim: Pick<ClaimRow, 'ref' | 'organization_id'>
  readonly to: string
  readonly accountId: string
  readonly requestId: string
}

/** In one transaction with the lock of the claim. Both organizations can read of it. */
export const transferProject = async (db: Queries, transfer: Transfer): Promise<ProjectRow> => {
  const { claim, to, accountId, requestId } = transfer
  const project = await lockProject(db, claim.ref)
  const obstacle = findObstacle(claim, project, to)
  if (obstacle !== undefined || project === undefined) throw obstacle ?? errors.notFound()
  await setOrganization(db, claim.ref, to)
  await deleteClaim(db, claim.ref)
  const entry = { accountId, ref: claim.ref, requestId }
  await recordAudit(db, { ...entry, operation: 'claims.given', organizationId: claim.organization_id })
  await recordAudit(db, { ...entry, operation: 'claims.received', organizationId: to })
  return project
}
