// Statements on what one person has granted.

import { type Queries, sql } from '@plinth/postgres'

export type PersonApp = {
  readonly id: string
  readonly name: string
  readonly organization_id: string
  readonly organization: string
  readonly since: string
}

export const listAppsOfPerson = (db: Queries, accountId: string): Promise<readonly PersonApp[]> =>
  db.query<PersonApp>(sql`
    select a.id, a.name, o.id as organization_id, o.name as organization, min(g.created_at) as since
      from oauth_grants g join oauth_apps a on a.id = g.app_id join organizations o on o.id = g.organization_id
     where g.account_id = ${accountId} group by a.id, o.id order by since`)

export type PersonGrant = {
  readonly accountId: string
  readonly appId: string
  readonly organizationId: string
}

export const deleteGrantsOfPerson = async (db: Queries, grant: PersonGrant): Promise<void> => {
  await db.run(sql`
    delete from oauth_grants
     where account_id = ${grant.accountId} and app_id = ${grant.appId} and organization_id = ${grant.organizationId}`)
}
