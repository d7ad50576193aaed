-- What all migrations together make. Compared by test/schema.db.test.ts.

create table access_tokens (
  id uuid not null default gen_random_uuid(),
  account_id uuid not null,
  name text not null,
  hash text not null,
  alias text not null,
  scope jsonb,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint access_tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint access_tokens_pkey PRIMARY KEY (id),
  constraint access_tokens_hash_key UNIQUE (hash)
);
CREATE INDEX access_tokens_account ON public.access_tokens USING btree (account_id);

create table accounts (
  id uuid not null default gen_random_uuid(),
  email text not null,
  username text not null,
  is_platform_owner boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint accounts_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX accounts_email ON public.accounts USING btree (lower(email));

create table api_keys (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  type text not null,
  name text not null,
  description text,
  prefix text not null,
  hash text not null,
  sealed text not null,
  secret_jwt_template jsonb,
  inserted_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint api_keys_type_check CHECK ((type = ANY (ARRAY['legacy'::text, 'publishable'::text, 'secret'::text]))),
  constraint api_keys_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_ref_type_name_key UNIQUE (ref, type, name)
);

create table audit_log (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  operation text not null,
  account_id uuid,
  token_id uuid,
  organization_id text,
  ref text,
  request_id text not null,
  outcome text not null,
  constraint audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_organization ON public.audit_log USING btree (organization_id, at);
CREATE INDEX audit_log_ref ON public.audit_log USING btree (ref, at);

create table members (
  organization_id text not null,
  account_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  constraint members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'administrator'::text, 'developer'::text, 'read-only'::text]))),
  constraint members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint members_pkey PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX members_account ON public.members USING btree (account_id);

create table organizations (
  id text not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  constraint organizations_id_check CHECK ((id ~ '^[a-z]{20}$'::text)),
  constraint organizations_pkey PRIMARY KEY (id)
);

create table projects (
  ref text not null,
  number bigint not null generated always as identity,
  organization_id text not null,
  name text not null,
  region text not null,
  size text not null,
  status text not null,
  status_reason text,
  postgres_version text,
  loopback_port integer not null,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint projects_ref_check CHECK ((ref ~ '^[a-z]{20}$'::text)),
  constraint projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint projects_pkey PRIMARY KEY (ref),
  constraint projects_number_key UNIQUE (number)
);
CREATE UNIQUE INDEX projects_loopback_port ON public.projects USING btree (loopback_port) WHERE (status <> 'REMOVED'::text);
CREATE INDEX projects_organization ON public.projects USING btree (organization_id);

create table specs (
  ref text not null,
  version integer not null,
  sealed text not null,
  updated_at timestamp with time zone not null default now(),
  constraint specs_version_check CHECK ((version > 0)),
  constraint specs_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint specs_pkey PRIMARY KEY (ref)
);
