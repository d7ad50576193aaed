// A new branch: a project with a parent, its row, and the run that fills it, in one transaction.

import type { InstanceSize } from '@plinth/contracts'
import { newPassword } from '@plinth/crypto'
import { isDatabaseError, type Queries } from '@plinth/postgres'
import type { Call } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { errors as projectErrors } from '../projects/errors.ts'
import { addProject } from '../projects/new-project.ts'
import { lockProject } from '../projects/queries.ts'
import type { ProjectRow } from '../projects/rows.ts'
import { getSpec, writeSpec } from '../projects/spec.ts'
import { openSecrets, putSecret } from '../secrets/queries.ts'
import { errors } from './errors.ts'
import { inheritSettings } from './inherit-settings.ts'
import { addRun } from './new-run.ts'
import { findBranch, insertBranch, listBranches } from './queries.ts'
import type { BranchRow } from './rows.ts'

export type BranchWish = {
  readonly name: string
  readonly gitBranch?: string | undefined
  readonly isDefault?: boolean | undefined
  readonly persistent?: boolean | undefined
  readonly withData?: boolean | undefined
  readonly region?: string | undefined
  readonly size?: InstanceSize | undefined
  readonly secrets?: Readonly<Record<string, string>> | undefined
  readonly notifyUrl?: string | undefined
}

/** What the default branch is called when it comes along with the first other one. */
const usualName = 'main'

const insertDefault = (db: Queries, parentRef: string, name: string, wish: Partial<BranchWish> = {}) =>
  insertBranch(db, {
    ref: parentRef,
    parent_ref: parentRef,
    name,
    git_branch: wish.gitBranch ?? null,
    is_default: true,
    persistent: true,
    with_data: true,
    status: 'FUNCTIONS_DEPLOYED',
    notify_url: wish.notifyUrl ?? null,
  })

const setSecrets = async (call: Call, db: Queries, ref: string, wish: BranchWish): Promise<void> => {
  const secrets = Object.entries(wish.secrets ?? {})
  if (secrets.length === 0) return
  for (const [name, value] of secrets) await putSecret(db, call.key, ref, { name, value })
  const spec = await getSpec(db, call.key, ref)
  const functions = { deployed: [], ...spec.functions, secrets: await openSecrets(db, call.key, ref) }
  await writeSpec(db, call.key, { ...spec, functions })
}

const insertOther = async (
  call: Call,
  db: Queries,
  parent: ProjectRow,
  wish: BranchWish,
): Promise<BranchRow> => {
  const project = await addProject(call, db, {
    organizationId: parent.organization_id,
    name: wish.name,
    region: wish.region ?? parent.region,
    size: wish.size ?? 'nano',
    ownerPassword: newPassword(),
    parentRef: parent.ref,
    withData: wish.withData === true,
  })
  const branch = await insertBranch(db, {
    ref: project.ref,
    parent_ref: parent.ref,
    name: wish.name,
    git_branch: wish.gitBranch ?? null,
    is_default: false,
    persistent: wish.persistent ?? false,
    with_data: wish.withData ?? false,
    status: 'CREATING_PROJECT',
    notify_url: wish.notifyUrl ?? null,
  })
  await inheritSettings(call, db, { from: parent.ref, to: project.ref })
  await setSecrets(call, db, project.ref, wish)
  await addRun(db, branch, 'create')
  return branch
}

const getParent = async (db: Queries, ref: string): Promise<ProjectRow> => {
  const parent = await lockProject(db, ref)
  if (parent === undefined) throw frameErrors.projectNotFound()
  if (parent.parent_ref !== null) throw errors.ofBranch()
  if (!['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY', 'RESTARTING'].includes(parent.status)) {
    throw projectErrors.conflict(parent.status, 'get a branch')
  }
  return parent
}

/** The first branch of a project switches branching on: the project itself becomes the default one. */
export const createBranch = async (call: Call, ref: string, wish: BranchWish): Promise<BranchRow> => {
  try {
    const made = await call.db.transaction(async (db) => {
      const parent = await getParent(db, ref)
      const branches = await listBranches(db, ref)
      if (branches.some(({ name }) => name === wish.name)) throw errors.nameTaken(wish.name)
      if (wish.isDefault === true) {
        if (branches.length > 0) throw errors.defaultExists()
        return insertDefault(db, ref, wish.name, wish)
      }
      const isFirst = branches.length === 0
      if (isFirst) await insertDefault(db, ref, wish.name === usualName ? 'production' : usualName)
      return insertOther(call, db, parent, wish)
    })
    if (!made.is_default) {
      // Not awaited: the reply does not wait for provisioning. A failed attempt is noticed and repeated there.
      void call.applySpec(made.ref)
      call.lookAtRuns()
    }
    return (await findBranch(call.db, made.id)) ?? made
  } catch (error) {
    const isTaken = isDatabaseError(error) && error.constraint === 'branches_parent_ref_name_key'
    throw isTaken ? errors.nameTaken(wish.name) : error
  }
}
