-- why: an assertion of an identity provider signs somebody in once. Outside the schema `auth`, like the inbox.

reset role;
create table plinth.saml_assertions (
  digest text primary key,
  expires_at timestamptz not null,
  flow_state_id uuid,
  session_not_after timestamptz
);
create index saml_assertions_expires_at_idx on plinth.saml_assertions (expires_at);
create index saml_assertions_flow_state_id_idx on plinth.saml_assertions (flow_state_id);
alter table plinth.saml_assertions owner to supabase_auth_admin;
set role supabase_auth_admin;
