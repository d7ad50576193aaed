-- why: people sign in with a password for the few pages; what a browser holds is a session

alter table accounts add column password_hash text;

create table browser_sessions (
  -- Base64url SHA-256 of what the cookie carries.
  hash text primary key,
  account_id uuid not null references accounts on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index browser_sessions_account on browser_sessions (account_id);
