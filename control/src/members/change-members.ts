// The rules of changing who belongs to an organization: owners are made and unmade by owners alone, and one of
// them stays.

import { type Queries, sql } from '@plinth/postgres'
import type { Call } from '../frame/call.ts'
import type { Role } from '../frame/scopes.ts'
import { deleteMember, findMember, lockOrganization, type Member, setRole } from '../organizations/queries.ts'
import { errors } from './errors.ts'

const mayTouchOwners = async (db: Queries, call: Call, slug: string): Promise<boolean> =>
  (await findMember(db, slug, call.actor.accountId))?.role === 'owner'

/** Throws when the caller gives or takes ownership without being an owner. */
export const checkOwnership = async (
  db: Queries,
  call: Call,
  slug: string,
  touched: readonly (Role | undefined)[],
): Promise<void> => {
  if (touched.includes('owner') && !(await mayTouchOwners(db, call, slug))) throw errors.ownersOnly()
}

const keepAnOwner = async (db: Queries, slug: string): Promise<void> => {
  const owner = await db.maybe(sql`
    select 1 from members where organization_id = ${slug} and role = 'owner' limit 1`)
  if (owner === undefined) throw errors.lastOwner()
}

type Change = { readonly slug: string; readonly accountId: string; readonly role?: Role }

/** Without a role the member leaves. Changes of one organization happen one after the other. */
export const changeMember = (call: Call, { slug, accountId, role }: Change): Promise<Member> =>
  call.db.transaction(async (session) => {
    await lockOrganization(session, slug)
    const member = await findMember(session, slug, accountId)
    if (member === undefined) throw errors.notFound()
    await checkOwnership(session, call, slug, [member.role, role])
    if (role === undefined) await deleteMember(session, slug, accountId)
    else await setRole(session, { organizationId: slug, accountId, role })
    await keepAnOwner(session, slug)
    return member
  })
