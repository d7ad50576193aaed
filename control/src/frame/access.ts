// Second step of every call: may this caller do this here? Role and token must both allow it. A project or
// organization of somebody else is not found, like one that does not exist.

import { ProjectRef } from '@plinth/contracts'
import { type Pool, sql } from '@plinth/postgres'
import type { Actor } from './caller.ts'
import { errors } from './errors.ts'
import { type Permission, type Role, roleMay, type Scope } from './scopes.ts'

/** Where the call acts, and what the caller may there. */
export type Access = {
  readonly organizationId?: string
  readonly ref?: string
  readonly may: (permission: Permission) => boolean
}

type Place = { readonly organizationId?: string; readonly ref?: string; readonly role?: Role }

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

const findProject = async (db: Pool, actor: Asker, ref: string): Promise<Place> => {
  const row = await db.maybe<{ organization_id: string; role: Role; is_removed: boolean }>(sql`
    select p.organization_id, m.role, p.status = 'REMOVED' as is_removed
      from projects p join members m on m.organization_id = p.organization_id
     where p.ref = ${ref} and m.account_id = ${actor.accountId}`)
  if (row === undefined) throw errors.projectNotFound()
  const { projects, organizations } = actor.scope ?? {}
  const isInside =
    (projects === undefined || projects.includes(ref)) &&
    (organizations === undefined || organizations.includes(row.organization_id))
  if (!isInside) throw errors.projectNotFound()
  if (row.is_removed) throw errors.projectRemoved()
  return { organizationId: row.organization_id, ref, role: row.role }
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
  if (scope.any.length > 0 && !scope.any.some(may)) throw errors.forbidden(scope.any)
  return { ...place, may }
}
