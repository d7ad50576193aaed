// What `alter role` and `alter role … in database` hold for the roles of requests and for the service itself.

import { type Statement, sql } from '@plinth/postgres'

export type RoleSettingRow = { readonly role: string; readonly name: string; readonly value: string }
export type ConfigRow = { readonly name: string; readonly value: string }

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

/** `pgrst.*` of the connection's own role; a value set for this database wins over one for all. */
export const listConfig = (): Statement => sql`
  select distinct on (name) name, value
  from (
    select
      substr(split_part(line, '=', 1), 7) as name,
      substr(line, strpos(line, '=') + 1) as value,
      s.setdatabase
    from pg_db_role_setting s cross join unnest(s.setconfig) as line
    where s.setrole = (select oid from pg_roles where rolname = current_user)
      and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and line like 'pgrst.%'
  ) found
  order by name, setdatabase desc`
