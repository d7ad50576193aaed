// Statements on claims. A project has one live claim; a new one takes the place of the old.

import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, raw, sql } from '@plinth/postgres'
import { aliasOf } from '../accounts/token-queries.ts'

export type ClaimRow = {
  readonly ref: string
  readonly alias: string
  readonly kind: 'token' | 'page'
  readonly organization_id: string
  readonly created_by: string
  readonly created_at: string
  readonly expires_at: string
}

const columns = raw('c.ref, c.alias, c.kind, c.organization_id, c.created_by, c.created_at, c.expires_at')

export type NewClaim = {
  readonly ref: string
  readonly kind: ClaimRow['kind']
  readonly organizationId: string
  readonly createdBy: string
  /** Whoever has it may take the project. */
  readonly secret: string
}

const lifeHours = { token: 7 * 24, page: 24 }

export const putClaim = (db: Queries, claim: NewClaim): Promise<ClaimRow> =>
  db.one<ClaimRow>(sql`
    insert into project_claims as c (ref, hash, alias, kind, organization_id, created_by, expires_at)
    values (${claim.ref}, ${sha256Base64Url(claim.secret)}, ${aliasOf(claim.secret)}, ${claim.kind},
            ${claim.organizationId}, ${claim.createdBy}, now() + make_interval(hours => ${lifeHours[claim.kind]}))
    on conflict (ref) do update
       set hash = excluded.hash, alias = excluded.alias, kind = excluded.kind,
           organization_id = excluded.organization_id, created_by = excluded.created_by,
           created_at = now(), expires_at = excluded.expires_at
    returning ${columns}`)

/** The token that was made for a project, while it is good. */
export const findClaimToken = (db: Queries, ref: string): Promise<ClaimRow | undefined> =>
  db.maybe<ClaimRow>(sql`
    select ${columns} from project_claims c where c.ref = ${ref} and c.kind = 'token' and c.expires_at > now()`)

export const deleteClaim = async (db: Queries, ref: string): Promise<boolean> =>
  (await db.run(sql`delete from project_claims where ref = ${ref}`)) > 0

/** Held until the transaction ends: of two who take it, the second finds nothing. */
export const lockClaim = (
  db: Queries,
  kind: ClaimRow['kind'],
  secret: string,
): Promise<ClaimRow | undefined> =>
  db.maybe<ClaimRow>(sql`
    select ${columns} from project_claims c
     where c.hash = ${sha256Base64Url(secret)} and c.kind = ${kind} and c.expires_at > now() for update`)

/** Its branches go with it. */
export const setOrganization = async (db: Queries, ref: string, organizationId: string): Promise<void> => {
  await db.run(sql`
    update projects set organization_id = ${organizationId}, updated_at = now()
     where ref = ${ref} or parent_ref = ${ref}`)
}

/** Organizations that the account may take a project into. */
export const listReceivers = (
  db: Queries,
  accountId: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> =>
  db.query<{ id: string; name: string }>(sql`
    select o.id, o.name from organizations o join members m on m.organization_id = o.id
     where m.account_id = ${accountId} and m.role in ('owner', 'administrator') order by o.created_at, o.id`)
