-- why: programs of others act for people: apps, what was granted to them, and the codes and tokens of a grant

create table oauth_apps (
  -- Also the client_id.
  id uuid primary key default gen_random_uuid(),
  -- Who registered the app; null for a client that registered itself.
  organization_id text references organizations on delete cascade,
  name text not null,
  website text,
  redirect_uris text[] not null,
  scopes text[] not null,
  -- Base64url SHA-256; null for a public client, which proves itself by PKCE alone.
  secret_hash text,
  secret_alias text,
  created_by uuid references accounts on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index oauth_apps_organization on oauth_apps (organization_id);

create table oauth_grants (
  id uuid primary key default gen_random_uuid(),
  app_id uuid not null references oauth_apps on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  organization_id text not null references organizations on delete cascade,
  scopes text[] not null,
  -- Null for all projects of the organization.
  project_refs text[],
  created_at timestamptz not null default now()
);
create index oauth_grants_app on oauth_grants (app_id);
create index oauth_grants_organization on oauth_grants (organization_id);
create index oauth_grants_account on oauth_grants (account_id);

create table oauth_codes (
  hash text primary key,
  grant_id uuid not null references oauth_grants on delete cascade,
  redirect_uri text not null,
  challenge text,
  challenge_method text check (challenge_method in ('plain', 'S256')),
  expires_at timestamptz not null,
  -- A code that comes a second time was stolen: its grant ends.
  used_at timestamptz
);
create index oauth_codes_grant on oauth_codes (grant_id);

create table oauth_refresh_tokens (
  hash text primary key,
  grant_id uuid not null references oauth_grants on delete cascade,
  created_at timestamptz not null default now(),
  -- Each is used once; one that comes again later ends its grant.
  used_at timestamptz
);
create index oauth_refresh_tokens_grant on oauth_refresh_tokens (grant_id);

-- An access token of a grant ends with it.
alter table access_tokens add column grant_id uuid references oauth_grants on delete cascade;
create index access_tokens_grant on access_tokens (grant_id);
