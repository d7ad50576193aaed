-- why: SQL snippets and notebooks that people keep with a project

create sequence account_numbers;
-- Replies name people by number.
alter table accounts add column number bigint not null default nextval('account_numbers') unique;
alter sequence account_numbers owned by accounts.number;

create table snippets (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  owner_id uuid references accounts on delete set null,
  updated_by uuid references accounts on delete set null,
  name text not null,
  description text,
  visibility text not null default 'user' check (visibility in ('user', 'project', 'org', 'public')),
  favorite boolean not null default false,
  content jsonb not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index snippets_ref on snippets (ref);

create table notebooks (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  owner_id uuid references accounts on delete set null,
  updated_by uuid references accounts on delete set null,
  name text not null,
  description text,
  favorite boolean not null default false,
  content jsonb not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index notebooks_ref on notebooks (ref);
