-- why: letters while no mail server is set. Outside the schema `auth`, whose shape is not ours to change; so the
-- runner's own role makes the table and hands it over.

reset role;
create schema if not exists plinth;
create table plinth.inbox (
  id bigint generated always as identity primary key,
  kind text not null,
  recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text not null,
  code text not null,
  link text not null,
  created_at timestamptz not null
);
create index inbox_recipient_idx on plinth.inbox (recipient, id desc);
alter table plinth.inbox owner to supabase_auth_admin;
grant usage on schema plinth to supabase_auth_admin;
set role supabase_auth_admin;
