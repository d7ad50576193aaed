// What `alter role` holds for the roles of requests.

import { type Statement, sql } from '@plinth/postgres'

export type RoleSettingRow = { readonly role: string; readonly name: string; readonly value: string }

/** Settings of the roles the connection may become; only those it is allowed to set. */
export const listRoleSettings = (): Statement => sql`
  with settings as (
    select r.rolname as role, split_part(line, '=', 1) as name, substr(line, strpos(line, '=') + 1) as value
    from pg_auth_members m
    join pg_roles r on r.oid = m.roleid
    cross join unnest(r.rolconfig) as line
    where m.member = (select oid from pg_roles where rolname = current_user)
  )
  select distinct settings.role, settings.name, settings.value
  from settings
  join pg_settings known on known.name = settings.name
  where known.context = 'user' or has_parameter_privilege(current_user, known.name, 'set')
  order by settings.role, settings.name`
