-- why: the roles that services, owners and requests work as; names are known to users' policies and dumps

create role anon;
create role authenticated;
create role service_role bypassrls;
create role authenticator login noinherit;
create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin noinherit;
create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role dashboard_user createdb createrole replication;
create role postgres login createdb createrole replication bypassrls;
-- Runs the SQL of the Management API: becomes the owner at login, and `reset role` leads back there.
create role plinth_sql login;

-- Before Postgres 16 a role that may create roles can grant itself any role, even those that run programs.
do $$
begin
  if current_setting('server_version_num')::int >= 160000 then
    return;
  end if;
  alter role postgres nocreaterole;
  alter role dashboard_user nocreaterole;
  alter role supabase_auth_admin nocreaterole;
  alter role supabase_storage_admin nocreaterole;
end
$$;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = 60000;
alter role supabase_storage_admin set search_path = storage;
alter role plinth_sql set role = postgres;

-- The owner of the database also owns `public` (through pg_database_owner) and may create schemas.
do $$
begin
  execute format('alter database %I owner to postgres', current_database());
end
$$;
