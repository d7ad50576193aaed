-- why: settings, secrets, functions and signing keys that owners give a project beside its spec

create table project_settings (
  ref text not null references projects,
  -- Whose settings: `auth`, `storage`, `network`, …
  kind text not null,
  -- JSON, sealed with the installation key: some of them are secrets.
  sealed text not null,
  updated_at timestamptz not null default now(),
  primary key (ref, kind)
);

create table function_secrets (
  ref text not null references projects,
  name text not null,
  sealed text not null,
  -- Hex SHA-256 of the value: all that is shown of it.
  digest text not null,
  updated_at timestamptz not null default now(),
  primary key (ref, name)
);

create table signing_keys (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  algorithm text not null check (algorithm in ('EdDSA', 'ES256', 'RS256', 'HS256')),
  status text not null check (status in ('in_use', 'standby', 'previously_used', 'revoked')),
  -- The project's HS256 secret as a key that can be retired.
  is_legacy boolean not null default false,
  -- The private JWK, sealed with the installation key.
  sealed text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index signing_keys_ref on signing_keys (ref);
create unique index signing_keys_in_use on signing_keys (ref) where status = 'in_use';
create unique index signing_keys_standby on signing_keys (ref) where status = 'standby';
create unique index signing_keys_legacy on signing_keys (ref) where is_legacy;

-- Third-party issuers whose tokens a project trusts, and SSO providers.
create table auth_integrations (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  kind text not null check (kind in ('third-party', 'sso')),
  content jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index auth_integrations_ref on auth_integrations (ref, kind);
