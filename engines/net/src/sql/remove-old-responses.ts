// Answers are kept for six hours, or for as long as `pg_net.ttl` says.

import { type Queries, sql } from '@plinth/postgres'

export const removeOldResponses = (queries: Queries): Promise<number> =>
  queries.run(sql`
    delete from net._http_response
    where created < now() - coalesce(nullif(current_setting('pg_net.ttl', true), ''), '6 hours')::interval`)
