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

export type MemberPage = {
  readonly username: string | undefined
  readonly email: string | undefined
  readonly limit: number
  readonly offset: number
}

export const listMemberPage = (
  db: Queries,
  organizationId: string,
  page: MemberPage,
): Promise<readonly Member[]> =>
  db.query<Member>(sql`
    select a.id as user_id, a.username as user_name, a.email, m.role
      from members m join accounts a on a.id = m.account_id
     where m.organization_id = ${organizationId}
       and (${page.username ?? null}::text is null or a.username = ${page.username ?? null})
       and (${page.email ?? null}::text is null or lower(a.email) = lower(${page.email ?? null}))
     order by m.created_at, a.id limit ${page.limit} offset ${page.offset}`)

export const findMember = (
  db: Queries,
  organizationId: string,
  accountId: string,
): Promise<Member | undefined> =>
  db.maybe<Member>(sql`
    select a.id as user_id, a.username as user_name, a.email, m.role
      from members m join accounts a on a.id = m.account_id
     where m.organization_id = ${organizationId} and m.account_id = ${accountId}`)

export const setRole = async (db: Queries, member: NewMember): Promise<void> => {
  await db.run(sql`
    update members set role = ${member.role}
     where organization_id = ${member.organizationId} and account_id = ${member.accountId}`)
}

export const deleteMember = async (db: Queries, organizationId: string, accountId: string): Promise<void> => {
  await db.run(sql`
    delete from members where organization_id = ${organizationId} and account_id = ${accountId}`)
}

/** Makes changes of an organization's members wait for one another. */
export const lockOrganization = async (db: Queries, id: string): Promise<void> => {
  await db.query(sql`select 1 from organizations where id = ${id} for update`)
}

/**
 * Organizations with others in them or with projects that nobody would own without this account.
 */
export const listOwnerless = (db: Queries, accountId: string): Promise<readonly Organization[]> =>
  db.query<Organization>(sql`
    select o.id, o.id as slug, o.name
      from organizations o
     where exists (select 1 from members
                    where organization_id = o.id and account_id = ${accountId} and role = 'owner')
       and not exists (select 1 from members
                        where organization_id = o.id and account_id <> ${accountId} and role = 'owner')
       and (exists (select 1 from members where organization_id = o.id and account_id <> ${accountId})
            or exists (select 1 from projects where organization_id = o.id))`)

export type AuditRow = {
  readonly id: number
  readonly at: string
  readonly operation: string
  readonly account_id: string | null
  readonly email: string | null
  readonly ref: string | null
  readonly request_id: string
  readonly outcome: string
}

type AuditPage = {
  readonly organizationId: string
  readonly limit: number
  readonly before: number | undefined
}

/** Newest first. Uses the index `audit_log_organization`. */
export const listAuditEntries = (db: Queries, page: AuditPage): Promise<readonly AuditRow[]> =>
  db.query<AuditRow>(sql`
    select l.id, l.at, l.operation, l.account_id, a.email, l.ref, l.request_id, l.outcome
      from audit_log l left join accounts a on a.id = l.account_id
     where l.organization_id = ${page.organizationId}
       and (${page.before ?? null}::bigint is null or l.id < ${page.before ?? null})
     order by l.id desc limit ${page.limit}`)
