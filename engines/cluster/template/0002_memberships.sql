-- why: who may become whom; the owner administers the request roles, so that `alter role anon set …` works

grant anon, authenticated, service_role to authenticator;
grant authenticator to supabase_storage_admin;
grant pg_read_all_data to supabase_read_only_user;
grant postgres to plinth_sql;

grant anon, authenticated, service_role to postgres with admin option;
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

-- Settings of the authenticator are the owner's to change; becoming it through this grant is not.
do $$
begin
  if current_setting('server_version_num')::int >= 160000 then
    -- As text: Postgres 15 could not even read it.
    execute 'grant authenticator to postgres with admin true, inherit false, set false';
  end if;
end
$$;
