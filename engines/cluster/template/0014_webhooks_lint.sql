-- why: `db lint` of the official command reads every function and took the one that switches webhooks on for broken: its rows went into a table that only exists once it has run

do $lint$
declare
  told text := $row$insert into supabase_functions.migrations (version) values ('initial'), ('20210809183423_update_grants');$row$;
  -- The table is made with its rows in it instead.
  instead text := $row$drop table supabase_functions.migrations;
  create table supabase_functions.migrations as
    select version, now() as inserted_at from unnest(array['initial', '20210809183423_update_grants']) as version;
  alter table supabase_functions.migrations add primary key (version), alter inserted_at set not null,
    alter inserted_at set default now();$row$;
  whole text := pg_get_functiondef('extensions.enable_webhooks()'::regprocedure);
begin
  if position(told in whole) = 0 then
    raise exception 'enable_webhooks is not as it was made';
  end if;
  execute replace(whole, told, instead);
end
$lint$;
