// Statements on OAuth apps.

import { type Queries, raw, sql } from '@plinth/postgres'

export type AppRow = {
  readonly id: string
  readonly organization_id: string | null
  readonly name: string
  readonly website: string | null
  readonly redirect_uris: readonly string[]
  readonly scopes: readonly string[]
  readonly secret_hash: string | null
  readonly secret_alias: string | null
  readonly created_at: string
  readonly updated_at: string
}

const columns = raw(
  'id, organization_id, name, website, redirect_uris, scopes, secret_hash, secret_alias, created_at, updated_at',
)

export type NewApp = {
  readonly organizationId?: string
  readonly createdBy?: string
  readonly name: string
  readonly website?: string | undefined
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly secretHash?: string | undefined
  readonly secretAlias?: string | undefined
}

export const insertApp = (db: Queries, app: NewApp): Promise<AppRow> =>
  db.one<AppRow>(sql`
    insert into oauth_apps (organization_id, created_by, name, website, redirect_uris, scopes, secret_hash, secret_alias)
    values (${app.organizationId ?? null}, ${app.createdBy ?? null}, ${app.name}, ${app.website ?? null},
            ${app.redirectUris}, ${app.scopes}, ${app.secretHash ?? null}, ${app.secretAlias ?? null})
    returning ${columns}`)

export const findApp = (db: Queries, id: string): Promise<AppRow | undefined> =>
  db.maybe<AppRow>(sql`select ${columns} from oauth_apps where id = ${id}`)

export const listApps = (db: Queries, organizationId: string): Promise<readonly AppRow[]> =>
  db.query<AppRow>(sql`
    select ${columns} from oauth_apps where organization_id = ${organizationId} order by created_at, id`)

export const findOwnApp = (db: Queries, organizationId: string, id: string): Promise<AppRow | undefined> =>
  db.maybe<AppRow>(sql`
    select ${columns} from oauth_apps where organization_id = ${organizationId} and id = ${id} for update`)

export const updateApp = (db: Queries, app: AppRow): Promise<AppRow> =>
  db.one<AppRow>(sql`
    update oauth_apps
       set name = ${app.name}, website = ${app.website}, redirect_uris = ${app.redirect_uris},
           scopes = ${app.scopes}, secret_hash = ${app.secret_hash}, secret_alias = ${app.secret_alias},
           updated_at = now()
     where id = ${app.id} returning ${columns}`)

export const deleteApp = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from oauth_apps where id = ${id}`)
}

/** Clients that registered themselves and came to nothing. */
export const forgetIdleClients = async (db: Queries): Promise<void> => {
  await db.run(sql`
    delete from oauth_apps a
     where organization_id is null and created_at < now() - interval '1 day'
       and not exists (select 1 from oauth_grants where app_id = a.id)`)
}

export type AuthorizationRow = {
  readonly id: string
  readonly name: string
  readonly website: string | null
  readonly scopes: readonly string[]
  readonly authorized_at: string
}

/** Apps that may act in an organization, with the scopes they were given. */
export const listAuthorizations = (
  db: Queries,
  organizationId: string,
): Promise<readonly AuthorizationRow[]> =>
  db.query<AuthorizationRow>(sql`
    select a.id, a.name, a.website, max(g.created_at) as authorized_at,
           (select coalesce(jsonb_agg(distinct scope), '[]')
              from oauth_grants mine, unnest(mine.scopes) as scope
             where mine.app_id = a.id and mine.organization_id = ${organizationId}) as scopes
      from oauth_grants g join oauth_apps a on a.id = g.app_id
     where g.organization_id = ${organizationId}
     group by a.id order by authorized_at desc`)
