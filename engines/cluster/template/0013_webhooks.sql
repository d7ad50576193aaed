-- why: webhooks of tables, switched on by the owner when they are first wanted (`extensions.enable_webhooks()`)

create function extensions.enable_webhooks() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $enable$
begin
  if not exists (select from pg_extension where extname = 'pg_net') then
    raise exception 'webhooks need the extension pg_net' using hint = 'create extension pg_net with schema extensions';
  end if;
  if to_regnamespace('supabase_functions') is not null then
    return;
  end if;
  create schema supabase_functions authorization supabase_admin;
  grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
  grant all on schema supabase_functions to supabase_functions_admin;
  alter role supabase_functions_admin set search_path = supabase_functions;
  grant supabase_functions_admin to postgres;
  alter default privileges for role supabase_admin in schema supabase_functions
    grant all on tables to postgres, anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema supabase_functions
    grant execute on functions to postgres, anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema supabase_functions
    grant all on sequences to postgres, anon, authenticated, service_role;

  create table supabase_functions.migrations (
    version text primary key,
    inserted_at timestamptz not null default now()
  );
  insert into supabase_functions.migrations (version) values ('initial'), ('20210809183423_update_grants');

  create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
  );
  comment on table supabase_functions.hooks is 'Supabase Functions Hooks: Audit trail for triggered hooks.';
  create index supabase_functions_hooks_request_id_idx on supabase_functions.hooks (request_id);
  create index supabase_functions_hooks_h_table_id_h_name_idx on supabase_functions.hooks (hook_table_id, hook_name);

  -- Arguments: url, method, headers, params, timeout in milliseconds; `null` as text counts as not given.
  create function supabase_functions.http_request() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    url text := nullif(tg_argv[0], 'null');
    method text := nullif(tg_argv[1], 'null');
    headers jsonb := coalesce(nullif(tg_argv[2], 'null'), '{"Content-Type": "application/json"}')::jsonb;
    params jsonb := coalesce(nullif(tg_argv[3], 'null'), '{}')::jsonb;
    timeout_ms integer := coalesce(nullif(tg_argv[4], 'null'), '1000')::integer;
    request_id bigint;
  begin
    if url is null then
      raise exception 'url argument is missing';
    elsif method is null then
      raise exception 'method argument is missing';
    elsif method = 'GET' then
      request_id := net.http_get(url, params, headers, timeout_ms);
    elsif method = 'POST' then
      request_id := net.http_post(url, jsonb_build_object(
        'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema, 'record', new, 'old_record', old),
        params, headers, timeout_ms);
    else
      raise exception 'method argument % is invalid', method;
    end if;
    insert into supabase_functions.hooks (hook_table_id, hook_name, request_id)
    values (tg_relid, tg_name, request_id);
    return new;
  end
  $function$;

  alter table supabase_functions.migrations owner to supabase_functions_admin;
  alter table supabase_functions.hooks owner to supabase_functions_admin;
  alter function supabase_functions.http_request() owner to supabase_functions_admin;
  revoke all on function supabase_functions.http_request() from public;
  grant execute on function supabase_functions.http_request() to postgres, anon, authenticated, service_role;
end
$enable$;

revoke all on function extensions.enable_webhooks() from public;
grant execute on function extensions.enable_webhooks() to postgres;
