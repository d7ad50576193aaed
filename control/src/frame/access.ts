// Second step of every call: may this caller do this here? Role and token must both allow it. A project or
// organization of somebody else is not found, like one that does not exist.

import { ProjectRef } from '@plinth/contracts'
import { type Pool, sql } from '@plinth/postgres'
import { z } from 'zod'
import { errors as branchErrors } from '../branches/errors.ts'
import { findBranch } from '../branches/queries.ts'
import type { Actor } from './caller.ts'
import { errors } from './errors.ts'
import { type Permission, type Role, roleMay, type Scope } from './scopes.ts'

/** Where the call acts, and what the caller may there. */
export type Access = {
  readonly organizationId?: string
  readonly ref?: string
  readonly may: (permission: Permission) => boolean
}

type Place = {
  readonly organizationId?: string
  readonly ref?: string
  readonly role?: Role
  /** The default branch: what may be done to others is not enough. */
  readonly isProduction?: boolean
}

/** As much of an actor as decides. */
type Asker = Pick<Actor, 'accountId' | 'scope'>

const findOrganization = async (db: Pool, actor: Asker, slug: string): Promise<Place> => {
  const row = await db.maybe<{ role: Role }>(sql`
    select role from members where organization_id = ${slug} and account_id = ${actor.accountId}`)
  const limits = actor.scope
  const isOutside =
    limits?.projects !== undefined ||
    (limits?.organizations !== undefined && !limits.organizations.includes(slug))
  if (row === undefined || isOutside) throw errors.organizationNotFound()
  return { organizationId: slug, role: row.role }
}

type FoundProject = {
  readonly organization_id: string
  readonly role: Role
  readonly is_removed: boolean
  readonly parent_ref: string | null
}

/** A token for a project is one for its branches, too. */
const findProject = async (db: Pool, actor: Asker, ref: string): Promise<Place> => {
  const row = await db.maybe<FoundProject>(sql`
    select p.organization_id, m.role, p.status = 'REMOVED' as is_removed, p.parent_ref
      from projects p join members m on m.organization_id = p.organization_id
     where p.ref = ${ref} and m.account_id = ${actor.accountId}`)
  if (row === undefined) throw errors.projectNotFound()
  const { projects, organizations } = actor.scope ?? {}
  const isInside =
    (projects === undefined || projects.includes(ref) || projects.includes(row.parent_ref ?? ref)) &&
    (organizations === undefined || organizations.includes(row.organization_id))
  if (!isInside) throw errors.projectNotFound()
  if (row.is_removed) throw errors.projectRemoved()
  return { organizationId: row.organization_id, ref, role: row.role }
}

const BranchAddress = z.union([ProjectRef, z.uuid()])

/** A branch of somebody else is not found, like one that does not exist. */
const findBranchPlace = async (db: Pool, actor: Asker, address: unknown): Promise<Place> => {
  const parsed = BranchAddress.safeParse(address)
  if (!parsed.success) throw branchErrors.badAddress()
  const branch = await findBranch(db, parsed.data)
  if (branch === undefined) throw branchErrors.notFound()
  try {
    return { ...(await findProject(db, actor, branch.ref)), isProduction: branch.is_default }
  } catch {
    throw branchErrors.notFound()
  }
}

const findPlace = async (db: Pool, actor: Asker, scope: Scope, raw: Readonly<Record<string, unknown>>) => {
  if (scope.on === 'account') return {}
  if (scope.on === 'self') {
    if (actor.scope !== null) throw errors.limitedToken()
    return {}
  }
  if (scope.on === 'project') {
    const ref = ProjectRef.safeParse(raw['ref'])
    if (!ref.success) throw errors.invalid(['ref: must be 20 lower-case letters'])
    return findProject(db, actor, ref.data)
  }
  if (scope.on === 'branch') return findBranchPlace(db, actor, raw['branch_id_or_ref'])
  const slug = raw[scope.by]
  if (typeof slug !== 'string') throw errors.invalid([`${scope.by}: Invalid input: expected string`])
  return findOrganization(db, actor, slug)
}

/** Throws 400 for a malformed address, 404 for a place the caller does not know, 403 for a missing permission. */
export const authorise = async (
  db: Pool,
  actor: Asker,
  scope: Scope,
  raw: Readonly<Record<string, unknown>>,
): Promise<Access> => {
  const place: Place = await findPlace(db, actor, scope, raw)
  const may = (permission: Permission) =>
    roleMay(place.role, permission) && (actor.scope === null || actor.scope.permissions.includes(permission))
  const any = place.isProduction
    ? scope.any.filter((permission) => !permission.startsWith('branching_development'))
    : scope.any
  if (any.length > 0 && !any.some(may)) throw errors.forbidden(any)
  return { ...place, may }
}
