-- why: projects, the sealed specs their stacks are made from, and their API keys

create table projects (
  ref text primary key check (ref ~ '^[a-z]{20}$'),
  -- The integer id of some replies.
  number bigint not null generated always as identity unique,
  organization_id text not null references organizations,
  name text not null,
  region text not null,
  size text not null,
  status text not null,
  -- Why provisioning or starting failed, in words for the owner.
  status_reason text,
  postgres_version text,
  loopback_port integer not null,
  -- Settings that clients read back but no stack needs.
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index projects_organization on projects (organization_id);
create unique index projects_loopback_port on projects (loopback_port) where status <> 'REMOVED';

create table specs (
  ref text primary key references projects,
  version integer not null check (version > 0),
  -- The whole StackSpec, sealed with the installation key.
  sealed text not null,
  updated_at timestamptz not null default now()
);

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  type text not null check (type in ('legacy', 'publishable', 'secret')),
  name text not null,
  description text,
  prefix text not null,
  -- Base64url SHA-256 of the whole key: what gateways compare with.
  hash text not null,
  -- The whole key, sealed with the installation key, for owners who ask to see it again.
  sealed text not null,
  secret_jwt_template jsonb,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (ref, type, name)
);
