// What every statement that reads sessions selects.

import { sql } from '@plinth/postgres'

export const sessionColumns = sql`
  s.id, s.user_id, s.created_at, s.refreshed_at, s.not_after, s.aal, s.factor_id, s.tag, s.oauth_client_id, s.scopes,
  (
    select coalesce(json_agg(json_build_object(
      'method', a.authentication_method, 'timestamp', floor(extract(epoch from a.updated_at))
    ) order by a.updated_at desc), '[]')
    from auth.mfa_amr_claims a where a.session_id = s.id
  ) as amr`
