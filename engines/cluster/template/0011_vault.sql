-- why: a vault from the start, where this Postgres has the platform's own extensions

do $$
begin
  if current_setting('server_version_num')::int >= 160000
    and exists (select from pg_available_extensions where name = 'supabase_vault') then
    create extension supabase_vault with schema vault;
  end if;
end
$$;
