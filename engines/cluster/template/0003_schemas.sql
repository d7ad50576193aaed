-- why: the schemas every project starts with, and who may use or fill them

create schema auth;
create schema storage;
create schema realtime;
create schema graphql;
create schema graphql_public;
create schema vault;
create schema extensions authorization postgres;
create schema _realtime authorization postgres;

grant usage on schema public to postgres, anon, authenticated, service_role;

grant usage on schema auth to anon, authenticated, service_role, postgres, dashboard_user;
grant usage, create on schema auth to supabase_auth_admin, dashboard_user, postgres;

grant usage on schema storage to anon, authenticated, service_role, postgres, dashboard_user;
grant usage, create on schema storage to supabase_storage_admin, dashboard_user, postgres;

grant usage on schema realtime to anon, authenticated, service_role, postgres;
grant usage, create on schema realtime to supabase_realtime_admin;

grant usage on schema extensions to anon, authenticated, service_role, dashboard_user;
grant create on schema extensions to dashboard_user;

grant usage on schema graphql, graphql_public to anon, authenticated, service_role, postgres;
grant usage on schema vault to postgres, service_role;
