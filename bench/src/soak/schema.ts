// What the soak runs against: rows that belong to somebody, rows nobody may see, and a table that keeps changing.

export const schema = `
  create table public.soak_notes (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid(), mark text not null unique);
  create table public.soak_items (id int primary key, name text not null);
  create table public.soak_parts (id int primary key, item_id int not null references public.soak_items);
  create table public.soak_secrets (id int primary key);
  create table public.soak_moving (id int primary key);
  insert into public.soak_items select i, 'item ' || i from generate_series(1, 500) i;
  insert into public.soak_parts select i, i % 500 + 1 from generate_series(1, 5000) i;
  insert into public.soak_secrets values (1);
  insert into public.soak_moving values (1), (2);
  alter table public.soak_notes enable row level security;
  create policy own on public.soak_notes using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
  revoke all on public.soak_secrets from anon, authenticated;
  create function public.soak_who(mark text) returns json language sql stable as $$
    select json_build_object('role', current_user, 'sub', current_setting('request.jwt.claims', true)::json ->> 'sub',
      'mark', mark, 'path', current_setting('request.path', true), 'timeout', current_setting('statement_timeout'))
  $$;
  create function public.soak_fail(mark text) returns void language plpgsql as $$
    begin insert into soak_notes (mark) values (mark); raise 'refused %', mark; end $$;
  create function public.soak_late() returns void language sql set statement_timeout = '20ms' as
    $$ select pg_sleep(60) $$;
  create function public.soak_doze(seconds float8) returns void language sql stable as $$ select pg_sleep(seconds) $$;
`

/** What is done to the database meanwhile, one after the other. */
export const changes: readonly string[] = [
  'alter table public.soak_moving add column extra text',
  `update public.soak_moving set extra = 'x'`,
  'alter table public.soak_moving drop column extra',
  'create table public.soak_coming (id int primary key)',
  'drop table public.soak_moving',
  'create table public.soak_moving (id int primary key)',
  'insert into public.soak_moving values (1), (2)',
  'drop table public.soak_coming',
  `create or replace function public.soak_new() returns int language sql stable as 'select 1'`,
  'drop function public.soak_new()',
  `alter role authenticator set pgrst.db_max_rows = '500'; notify pgrst, 'reload config'`,
  `alter role authenticator reset pgrst.db_max_rows; notify pgrst, 'reload config'`,
]
