// The projects whose inbox a person may open: those whose keys they may read.

import { type Queries, sql } from '@plinth/postgres'
import { roleMay, roles } from '../frame/scopes.ts'

const readers = roles.filter((role) => roleMay(role, 'api_gateway_keys_read'))

export const listInboxes = (
  db: Queries,
  accountId: string,
): Promise<readonly { readonly ref: string; readonly name: string }[]> =>
  db.query<{ ref: string; name: string }>(sql`
    select p.ref, p.name from projects p join members m on m.organization_id = p.organization_id
     where m.account_id = ${accountId} and m.role = any(${readers}) and p.status <> 'REMOVED'
     order by p.name, p.ref limit 100`)
