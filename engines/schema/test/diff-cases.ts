// Changes of a schema, one kind of object each: what was there before, and what was done to it.

export type DiffCase = { readonly name: string; readonly before?: string; readonly change: string }

const notes = 'create table public.notes (id bigint generated always as identity primary key, body text)'

export const diffCases: readonly DiffCase[] = [
  {
    name: 'a schema with a grant and a comment',
    change: `create schema app; grant usage on schema app to anon, authenticated; comment on schema app is 'Ours'`,
  },
  { name: 'a table', change: notes },
  { name: 'a table is dropped', before: notes, change: 'drop table public.notes' },
  {
    name: 'columns are added, changed and dropped',
    before: 'create table public.t (a int, b text, c text)',
    change: `alter table public.t add d jsonb not null default '{}', alter a type bigint, alter b set not null, drop c; comment on column public.t.d is 'More'`,
  },
  {
    name: 'a generated column',
    before: 'create table public.t (a int)',
    change: 'alter table public.t add b int generated always as (a * 2) stored',
  },
  {
    name: 'constraints',
    before: `${notes}; create table public.tags (id int primary key, note bigint, name text)`,
    change: `alter table public.tags add constraint tags_note foreign key (note) references public.notes on delete cascade, add constraint named check (name <> ''), add unique (name)`,
  },
  {
    name: 'two tables that point at each other',
    change: `create table public.a (id int primary key, b int); create table public.b (id int primary key, a int references public.a); alter table public.a add foreign key (b) references public.b`,
  },
  {
    name: 'indexes',
    before: notes,
    change: `create index notes_body on public.notes (lower(body)) where body is not null; create unique index notes_once on public.notes (body, id desc)`,
  },
  {
    name: 'a view on a view',
    before: notes,
    change: `create view public.short with (security_invoker = on) as select id, left(body, 5) as head from public.notes; create view public.shorter as select head from public.short`,
  },
  {
    name: 'a column under a view changes its type',
    before: `create table public.t (a int); create view public.v as select a from public.t`,
    change:
      'drop view public.v; alter table public.t alter a type bigint; create view public.v as select a from public.t',
  },
  {
    name: 'a materialized view',
    before: notes,
    change:
      'create materialized view public.counts as select count(*) as n from public.notes; create unique index on public.counts (n)',
  },
  {
    name: 'functions and their rights',
    change: `create function public.add(a int, b int default 1) returns int language sql immutable return a + b; revoke all on function public.add from public; grant execute on function public.add to authenticated; create function public.secret() returns text language plpgsql security definer set search_path = '' as $$ begin return 'x'; end $$`,
  },
  {
    name: 'the body of a function',
    before: `create function public.f() returns int language sql as 'select 1'`,
    change: `create or replace function public.f() returns int language sql as 'select 2'`,
  },
  {
    name: 'a trigger',
    before: notes,
    change: `create function public.stamp() returns trigger language plpgsql as $$ begin new.body = upper(new.body); return new; end $$; create trigger stamp before insert or update on public.notes for each row execute function public.stamp()`,
  },
  {
    name: 'a trigger on a table of the platform',
    before: 'create table public.profiles (id uuid primary key)',
    change: `create function public.on_user() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles values (new.id); return new; end $$; create trigger on_user after insert on auth.users for each row execute function public.on_user()`,
  },
  {
    name: 'row security and policies',
    before: 'create table public.docs (id int primary key, owner uuid)',
    change: `alter table public.docs enable row level security; create policy mine on public.docs for select to authenticated using ((select auth.uid()) = owner); create policy write on public.docs as restrictive for insert with check (owner is not null)`,
  },
  {
    name: 'grants on tables and columns',
    before: 'create table public.g (a int, b int)',
    change:
      'revoke all on public.g from anon; grant select (a) on public.g to anon; grant insert on public.g to authenticated',
  },
  {
    name: 'an enum and a longer one',
    before: `create type public.mood as enum ('sad', 'ok'); create table public.p (m public.mood)`,
    change: `alter type public.mood add value 'happy' after 'ok'; create type public.size as enum ('s', 'm')`,
  },
  {
    name: 'domains, ranges and composite types',
    change: `create domain public.email as text check (value like '%@%'); create type public.span as range (subtype = int); create type public.point3 as (x int, y int, z int); create table public.used (e public.email, s public.span, p public.point3)`,
  },
  {
    name: 'sequences',
    change:
      'create sequence public.numbers start 100 increment 5; create table public.n (id int default nextval($$public.numbers$$))',
  },
  {
    name: 'an extension',
    before: 'create schema if not exists extensions',
    change:
      'create extension if not exists citext with schema extensions; create table public.c (name extensions.citext)',
  },
  {
    name: 'a table joins the publication of realtime',
    before: notes,
    change: 'alter publication supabase_realtime add table public.notes',
  },
  {
    name: 'partitions',
    change: `create table public.log (at date not null, what text) partition by range (at); create table public.log_2026 partition of public.log for values from ('2026-01-01') to ('2027-01-01')`,
  },
  {
    name: 'default rights',
    change: 'alter default privileges for role postgres in schema public revoke all on tables from anon',
  },
  {
    name: 'names that need quotes',
    change: `create schema "My App"; create table "My App"."Order ""1""" ("Id" int primary key, "select" text)`,
  },
  { name: 'nothing', before: notes, change: 'select 1' },
]
