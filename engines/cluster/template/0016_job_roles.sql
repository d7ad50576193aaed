-- why: the owner of the schema `extensions` could drop or replace what keeps jobs from naming a superuser, or switch it off with `session_replication_role`; such a job made the scheduler crash the server again and again

-- Its functions are out of the owner's reach.
create schema if not exists plinth;

-- A job runs as the role it names. Any role that the owner may become is fine, no other is.
create function plinth.check_cron_job() returns trigger
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

create function plinth.guard_cron_jobs() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  drop trigger if exists plinth_job_role on cron.job;
  create trigger plinth_job_role before insert or update on cron.job
    for each row execute function plinth.check_cron_job();
  alter table cron.job enable always trigger plinth_job_role;
end
$$;

create function plinth.grant_pg_cron_access() returns event_trigger
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
  perform plinth.guard_cron_jobs();
end
$$;

revoke all on function plinth.check_cron_job, plinth.guard_cron_jobs, plinth.grant_pg_cron_access from public;

drop event trigger if exists issue_pg_cron_access;
create event trigger issue_pg_cron_access on ddl_command_end
  when tag in ('CREATE EXTENSION') execute function plinth.grant_pg_cron_access();
-- Dumps are loaded with triggers switched off; their extensions need these all the same.
alter event trigger issue_pg_cron_access enable always;

do $$
declare
  old text;
begin
  if exists (select from pg_event_trigger where evtname = 'issue_pg_net_access') then
    alter event trigger issue_pg_net_access enable always;
  end if;
  if exists (select from pg_extension where extname = 'pg_cron') then
    delete from cron.job where not coalesce(
      (select pg_has_role('postgres', r.oid, 'member') from pg_roles as r where r.rolname = username), false);
    perform plinth.guard_cron_jobs();
  end if;
  -- What the owner may have put in their place stays the owner's.
  for old in
    select p.oid::regprocedure::text from pg_proc as p
    where p.pronamespace = to_regnamespace('extensions') and p.proname in ('check_cron_job', 'grant_pg_cron_access')
      and p.proowner = current_user::regrole
  loop
    execute 'drop function ' || old;
  end loop;
end
$$;
