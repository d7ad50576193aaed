-- why: who changed what, and when; kept when the project or the account is gone

create table audit_log (
  id bigint primary key generated always as identity,
  at timestamptz not null default now(),
  operation text not null,
  account_id uuid,
  token_id uuid,
  organization_id text,
  ref text,
  request_id text not null,
  -- `done`, or the code of the error.
  outcome text not null
);
create index audit_log_organization on audit_log (organization_id, at);
create index audit_log_ref on audit_log (ref, at);
