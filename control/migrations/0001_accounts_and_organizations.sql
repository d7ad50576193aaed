-- why: who may act: people, the organizations they belong to, and the tokens they act with

create table accounts (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  username text not null,
  -- Owner of the installation: the rate limit does not hold for them.
  is_platform_owner boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index accounts_email on accounts (lower(email));

create table organizations (
  -- Also the slug: twenty letters, the same value in every reply.
  id text primary key check (id ~ '^[a-z]{20}$'),
  name text not null,
  created_at timestamptz not null default now()
);

create table members (
  organization_id text not null references organizations on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  role text not null check (role in ('owner', 'administrator', 'developer', 'read-only')),
  created_at timestamptz not null default now(),
  primary key (organization_id, account_id)
);
create index members_account on members (account_id);

create table access_tokens (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts on delete cascade,
  name text not null,
  -- Base64url SHA-256 of the whole token; the token itself is shown once and kept nowhere.
  hash text not null unique,
  -- The first letters and the last four, enough to tell tokens apart.
  alias text not null,
  -- Null for a classic token; else {permissions, organizations?, projects?}.
  scope jsonb,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);
create index access_tokens_account on access_tokens (account_id);
