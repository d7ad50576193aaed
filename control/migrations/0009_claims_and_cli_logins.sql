-- why: a project moves to the organization of who claims it; a browser hands the CLI a token

create table project_claims (
  -- One live claim a project.
  ref text primary key references projects on delete cascade,
  hash text not null unique,
  alias text not null,
  -- By a token that is handed over, or by an app that sends the person to a page.
  kind text not null check (kind in ('token', 'page')),
  -- Owner of the project when the claim was made; a claim does not outlive a transfer.
  organization_id text not null references organizations on delete cascade,
  created_by uuid not null references accounts on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table cli_logins (
  session_id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  code_hash text not null,
  attempts integer not null default 0,
  token_name text not null,
  token_hash text not null,
  token_alias text not null,
  -- What the CLI is handed: the token, readable only with its private key.
  public_key text not null,
  nonce text not null,
  sealed_token text not null,
  expires_at timestamptz not null
);
