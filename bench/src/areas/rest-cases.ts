// What the request line is measured with: the database, and the requests.

import type { Request } from '../load.ts'

export const rolePassword = 'bench-line'

export const schema = `
  create table public.items (id int primary key, name text not null, price numeric not null);
  insert into public.items select i, 'item ' || i, i * 1.5 from generate_series(1, 10000) i;
  create table public.parts (id int primary key, item_id int not null references public.items, name text not null);
  create index on public.parts (item_id);
  insert into public.parts select i, (i % 10000) + 1, 'part ' || i from generate_series(1, 50000) i;
  create table public.notes (id bigint generated always as identity primary key, text text not null);
  create table public.lists (id bigint generated always as identity primary key, text text not null);
  alter table public.items enable row level security;
  alter table public.parts enable row level security;
  alter table public.notes enable row level security;
  alter table public.lists enable row level security;
  create policy all_see on public.items for select using (true);
  create policy all_see on public.parts for select using (true);
  create policy all_add on public.notes for insert with check (true);
  create policy all_add on public.lists for insert with check (true);
  create function public.add(a int, b int) returns int language sql immutable as 'select a + b';
  create function public.toil(rows int) returns bigint language sql stable
    as 'select count(*) from generate_series(1, rows)';
  create function public.doze(seconds float) returns void language sql stable as 'select pg_sleep(seconds)';
  create role bench_line login noinherit password '${rolePassword}';
  grant anon to bench_line;
  analyze;
`

export type Case = Request & {
  readonly name: string
  readonly connections: number
  readonly throughEdge?: true
}

const json = { 'content-type': 'application/json' }

const single: Request = { method: 'GET', path: '/rest/v1/items?id=eq.4711' }
const thousand = Array.from({ length: 1000 }, (_, index) => ({ text: `line ${index}` }))

export const cases: readonly Case[] = [
  { ...single, name: 'one row, 20 connections', connections: 20, throughEdge: true },
  { ...single, name: 'one row, 1 connection', connections: 1, throughEdge: true },
  { ...single, name: 'one row, 200 connections', connections: 200, throughEdge: true },
  { method: 'GET', path: '/rest/v1/items?id=lte.100', name: '100 rows', connections: 20, throughEdge: true },
  {
    method: 'GET',
    path: '/rest/v1/items?select=id,name,parts(id,name)&id=eq.4711',
    name: '2-level embed',
    connections: 20,
    throughEdge: true,
  },
  {
    method: 'GET',
    path: '/rest/v1/items?id=lte.100&limit=10',
    headers: { prefer: 'count=exact' },
    name: '10 rows with count=exact',
    connections: 20,
  },
  {
    method: 'POST',
    path: '/rest/v1/notes',
    headers: { ...json, prefer: 'return=minimal' },
    body: JSON.stringify({ text: 'a note' }),
    name: 'insert one',
    connections: 20,
  },
  {
    method: 'POST',
    path: '/rest/v1/lists',
    headers: { ...json, prefer: 'return=minimal' },
    body: JSON.stringify(thousand),
    name: 'insert 1000',
    connections: 4,
  },
  {
    method: 'POST',
    path: '/rest/v1/rpc/add',
    headers: json,
    body: JSON.stringify({ a: 1, b: 2 }),
    name: 'function call',
    connections: 20,
  },
]
