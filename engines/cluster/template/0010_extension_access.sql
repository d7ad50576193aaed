-- why: what the owner may do with extensions made on demand, whose objects belong to the superuser

-- Runs as the superuser: only the system's own names are looked up, temporary ones last.
create function extensions.grant_pg_cron_access() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  cron oid := (
    select e.oid from pg_extension as e, pg_event_trigger_ddl_commands() as command
    where e.extname = 'pg_cron' and command.classid = 'pg_extension'::regclass and command.objid = e.oid limit 1);
begin
  if cron is null then
    return;
  end if;
  -- Whatever schema was asked for: its objects are in `cron`, and a dump names pg_catalog.
  delete from pg_depend
  where classid = 'pg_extension'::regclass and objid = cron and refclassid = 'pg_namespace'::regclass and deptype = 'n';
  update pg_extension set extnamespace = 'pg_catalog'::regnamespace where oid = cron;

  grant usage on schema cron to postgres with grant option;
  grant all on all functions in schema cron to postgres with grant option;
  grant all on all sequences in schema cron to postgres with grant option;
  -- All but TRIGGER: the scheduler writes these tables, and a trigger would run with its rights.
  grant select, insert, update, delete, truncate, references on all tables in schema cron to postgres with grant option;
  create trigger plinth_job_role before insert or update on cron.job
    for each row execute function extensions.check_cron_job();
end
$$;

-- A job runs as the role it names. Any role that the owner may become is fine, no other is.
create function extensions.check_cron_job() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not pg_has_role('postgres', new.username, 'member') then
    raise exception 'permission denied to schedule a job for role "%"', new.username
      using errcode = 'insufficient_privilege',
        hint = 'Jobs run as postgres or as a role that postgres is a member of.';
  end if;
  return new;
end
$$;

create function extensions.grant_pg_net_access() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from pg_extension as e, pg_event_trigger_ddl_commands() as command
    where e.extname = 'pg_net' and command.classid = 'pg_extension'::regclass and command.objid = e.oid
  ) then
    return;
  end if;
  if not exists (select from pg_roles where rolname = 'supabase_functions_admin') then
    create role supabase_functions_admin login noinherit createrole;
  end if;
  grant usage on schema net to supabase_functions_admin, postgres, anon, authenticated, service_role;
  revoke all on function net.http_get, net.http_post, net.http_delete from public;
  grant execute on function net.http_get, net.http_post, net.http_delete
    to supabase_functions_admin, postgres, anon, authenticated, service_role;
  -- Never TRIGGER: requests are queued and answered with the platform's rights.
  grant select, insert, update, delete, truncate on all tables in schema net
    to postgres, service_role, supabase_functions_admin;
  grant usage, select, update on all sequences in schema net to postgres, service_role, supabase_functions_admin;
  -- The stack process looks for it whenever the schema changes.
  notify pgrst, 'reload schema';
end
$$;

create event trigger issue_pg_cron_access on ddl_command_end
  when tag in ('CREATE EXTENSION') execute function extensions.grant_pg_cron_access();
create event trigger issue_pg_net_access on ddl_command_end
  when tag in ('CREATE EXTENSION') execute function extensions.grant_pg_net_access();

revoke all on function extensions.grant_pg_cron_access, extensions.grant_pg_net_access, extensions.check_cron_job
  from public;

-- Settings of extensions that the owner sets, as for the server's own in 0009.
grant set on parameter pg_net.ttl, pg_net.batch_size,
  pgaudit.log, pgaudit.log_catalog, pgaudit.log_client, pgaudit.log_level, pgaudit.log_parameter,
  pgaudit.log_relation, pgaudit.log_rows, pgaudit.log_statement, pgaudit.log_statement_once, pgaudit.role
to postgres;
