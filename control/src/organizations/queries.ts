// Statements on organizations and their members.

import { type Queries, sql } from '@plinth/postgres'
import type { Role } from '../frame/scopes.ts'

export type Organization = { readonly id: string; readonly slug: string; readonly name: string }

export const insertOrganization = (db: Queries, id: string, name: string): Promise<Organization> =>
  db.one<Organization>(sql`
    insert into organizations (id, name) values (${id}, ${name}) returning id, id as slug, name`)

export const getOrganization = (db: Queries, id: string): Promise<Organization> =>
  db.one<Organization>(sql`select id, id as slug, name from organizations where id = ${id}`)

/** Organizations the account belongs to, oldest first. */
export const listOrganizations = (db: Queries, accountId: string): Promise<readonly Organization[]> =>
  db.query<Organization>(sql`
    select o.id, o.id as slug, o.name
      from organizations o join members m on m.organization_id = o.id
     where m.account_id = ${accountId}
     order by o.created_at, o.id`)

export type NewMember = { readonly organizationId: string; readonly accountId: string; readonly role: Role }

export const insertMember = async (db: Queries, member: NewMember): Promise<void> => {
  await db.run(sql`
    insert into members (organization_id, account_id, role)
    values (${member.organizationId}, ${member.accountId}, ${member.role})`)
}

export type Member = {
  readonly user_id: string
  readonly user_name: string
  readonly email: string
  readonly role: Role
}

export const listMembers = (db: Queries, organizationId: string): Promise<readonly Member[]> =>
  db.query<Member>(sql`
    select a.id as user_id, a.username as user_name, a.email, m.role
      from members m join accounts a on a.id = m.account_id
     where m.organization_id = ${organizationId}
     order by m.created_at, a.id`)
