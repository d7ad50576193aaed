-- why: `graphql_public.graphql` answers whether or not pg_graphql is there, and is real when it is

create function extensions.grant_pg_graphql_access() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from pg_extension as e, pg_event_trigger_ddl_commands() as command
    where e.extname = 'pg_graphql' and command.classid = 'pg_extension'::regclass and command.objid = e.oid
  ) then
    return;
  end if;
  execute 'create or replace function graphql_public.graphql(
      "operationName" text default null, query text default null,
      variables jsonb default null, extensions jsonb default null
    ) returns jsonb language sql
    return graphql.resolve(query, coalesce(variables, ''{}''), "operationName", extensions)';
  grant usage on schema graphql to postgres, anon, authenticated, service_role with grant option;
  grant execute on all functions in schema graphql to postgres, anon, authenticated, service_role;
end
$$;

create function extensions.set_graphql_placeholder() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from pg_event_trigger_dropped_objects() where object_type = 'extension' and object_name = 'pg_graphql'
  ) then
    execute 'create or replace function graphql_public.graphql(
        "operationName" text default null, query text default null,
        variables jsonb default null, extensions jsonb default null
      ) returns jsonb language sql stable
      return jsonb_build_object(''errors'', jsonb_build_array(
        jsonb_build_object(''message'', ''pg_graphql extension is not enabled.'')))';
  end if;
end
$$;

create event trigger issue_pg_graphql_access on ddl_command_end
  when tag in ('CREATE EXTENSION') execute function extensions.grant_pg_graphql_access();
create event trigger issue_graphql_placeholder on sql_drop
  when tag in ('DROP EXTENSION') execute function extensions.set_graphql_placeholder();

revoke all on function extensions.grant_pg_graphql_access, extensions.set_graphql_placeholder from public;
