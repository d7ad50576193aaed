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
  grant_id uuid,
  constraint access_tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint access_tokens_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grants(id) ON DELETE CASCADE,
  constraint access_tokens_pkey PRIMARY KEY (id),
  constraint access_tokens_hash_key UNIQUE (hash)
);
CREATE INDEX access_tokens_account ON public.access_tokens USING btree (account_id);
CREATE INDEX access_tokens_grant ON public.access_tokens USING btree (grant_id);

create table accounts (
  id uuid not null default gen_random_uuid(),
  email text not null,
  username text not null,
  is_platform_owner boolean not null default false,
  created_at timestamp with time zone not null default now(),
  number bigint not null default nextval('account_numbers'::regclass),
  password_hash text,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_number_key UNIQUE (number)
);
CREATE UNIQUE INDEX accounts_email ON public.accounts USING btree (lower(email));

create table action_runs (
  id uuid not null default gen_random_uuid(),
  number bigint not null generated always as identity,
  kind text not null,
  branch_id uuid not null,
  branch_ref text not null,
  parent_ref text not null,
  target_ref text not null,
  status text not null default 'waiting'::text,
  steps jsonb not null,
  logs text not null default ''::text,
  migration_version text,
  sealed_history text,
  failure text,
  notice text not null default 'none'::text,
  notice_attempts integer not null default 0,
  notice_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint action_runs_kind_check CHECK ((kind = ANY (ARRAY['create'::text, 'push'::text, 'reset'::text, 'merge'::text]))),
  constraint action_runs_notice_check CHECK ((notice = ANY (ARRAY['none'::text, 'due'::text, 'sent'::text, 'given_up'::text]))),
  constraint action_runs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text]))),
  constraint action_runs_branch_ref_fkey FOREIGN KEY (branch_ref) REFERENCES projects(ref),
  constraint action_runs_parent_ref_fkey FOREIGN KEY (parent_ref) REFERENCES projects(ref),
  constraint action_runs_target_ref_fkey FOREIGN KEY (target_ref) REFERENCES projects(ref),
  constraint action_runs_pkey PRIMARY KEY (id),
  constraint action_runs_number_key UNIQUE (number)
);
CREATE INDEX action_runs_branch ON public.action_runs USING btree (branch_ref, number);
CREATE UNIQUE INDEX action_runs_open ON public.action_runs USING btree (branch_id) WHERE (status = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX action_runs_parent ON public.action_runs USING btree (parent_ref, number);
CREATE UNIQUE INDEX action_runs_target ON public.action_runs USING btree (target_ref) WHERE (status = 'running'::text);

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

create table auth_integrations (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  kind text not null,
  content jsonb not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint auth_integrations_kind_check CHECK ((kind = ANY (ARRAY['third-party'::text, 'sso'::text]))),
  constraint auth_integrations_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint auth_integrations_pkey PRIMARY KEY (id)
);
CREATE INDEX auth_integrations_ref ON public.auth_integrations USING btree (ref, kind);

create table branches (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  parent_ref text not null,
  name text not null,
  git_branch text,
  is_default boolean not null default false,
  persistent boolean not null default false,
  with_data boolean not null default false,
  status text not null,
  notify_url text,
  sealed_baseline text,
  review_requested_at timestamp with time zone,
  deletion_scheduled_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  begins_as_copy boolean not null default false,
  constraint branches_status_check CHECK ((status = ANY (ARRAY['CREATING_PROJECT'::text, 'RUNNING_MIGRATIONS'::text, 'MIGRATIONS_PASSED'::text, 'MIGRATIONS_FAILED'::text, 'FUNCTIONS_DEPLOYED'::text, 'FUNCTIONS_FAILED'::text]))),
  constraint branches_parent_ref_fkey FOREIGN KEY (parent_ref) REFERENCES projects(ref),
  constraint branches_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint branches_pkey PRIMARY KEY (id),
  constraint branches_parent_ref_name_key UNIQUE (parent_ref, name),
  constraint branches_ref_key UNIQUE (ref)
);
CREATE UNIQUE INDEX branches_default ON public.branches USING btree (parent_ref) WHERE is_default;

create table browser_sessions (
  hash text not null,
  account_id uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint browser_sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint browser_sessions_pkey PRIMARY KEY (hash)
);
CREATE INDEX browser_sessions_account ON public.browser_sessions USING btree (account_id);

create table cli_logins (
  session_id uuid not null,
  account_id uuid not null,
  code_hash text not null,
  attempts integer not null default 0,
  token_name text not null,
  token_hash text not null,
  token_alias text not null,
  public_key text not null,
  nonce text not null,
  sealed_token text not null,
  expires_at timestamp with time zone not null,
  constraint cli_logins_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint cli_logins_pkey PRIMARY KEY (session_id)
);

create table function_files (
  ref text not null,
  digest text not null,
  content bytea not null,
  constraint function_files_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint function_files_pkey PRIMARY KEY (ref, digest)
);

create table function_secrets (
  ref text not null,
  name text not null,
  sealed text not null,
  digest text not null,
  updated_at timestamp with time zone not null default now(),
  constraint function_secrets_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint function_secrets_pkey PRIMARY KEY (ref, name)
);

create table function_versions (
  function_id uuid not null,
  version integer not null,
  name text not null,
  verify_jwt boolean not null,
  entrypoint_path text not null,
  import_map_path text,
  digest text not null,
  kind text not null,
  files jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint function_versions_kind_check CHECK ((kind = ANY (ARRAY['sources'::text, 'bundle'::text]))),
  constraint function_versions_version_check CHECK ((version > 0)),
  constraint function_versions_function_id_fkey FOREIGN KEY (function_id) REFERENCES functions(id) ON DELETE CASCADE,
  constraint function_versions_pkey PRIMARY KEY (function_id, version)
);

create table functions (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  slug text not null,
  name text not null,
  status text not null default 'ACTIVE'::text,
  version integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint functions_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'REMOVED'::text, 'THROTTLED'::text]))),
  constraint functions_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint functions_pkey PRIMARY KEY (id),
  constraint functions_ref_slug_key UNIQUE (ref, slug)
);

create table host_names (
  ref text not null,
  kind text not null,
  host text not null,
  challenge text not null,
  status text not null,
  problems jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint host_names_kind_check CHECK ((kind = ANY (ARRAY['subdomain'::text, 'hostname'::text]))),
  constraint host_names_status_check CHECK ((status = ANY (ARRAY['initiated'::text, 'verified'::text, 'reachable'::text, 'active'::text]))),
  constraint host_names_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref) ON DELETE CASCADE,
  constraint host_names_pkey PRIMARY KEY (ref, kind)
);
CREATE UNIQUE INDEX host_names_host ON public.host_names USING btree (host) WHERE (status <> 'initiated'::text);

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

create table migration_clocks (
  ref text not null,
  at timestamp with time zone not null,
  constraint migration_clocks_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint migration_clocks_pkey PRIMARY KEY (ref)
);

create table notebooks (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  owner_id uuid,
  updated_by uuid,
  name text not null,
  description text,
  favorite boolean not null default false,
  content jsonb not null,
  inserted_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint notebooks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE SET NULL,
  constraint notebooks_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint notebooks_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES accounts(id) ON DELETE SET NULL,
  constraint notebooks_pkey PRIMARY KEY (id)
);
CREATE INDEX notebooks_ref ON public.notebooks USING btree (ref);

create table oauth_apps (
  id uuid not null default gen_random_uuid(),
  organization_id text,
  name text not null,
  website text,
  redirect_uris text[] not null,
  scopes text[] not null,
  secret_hash text,
  secret_alias text,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint oauth_apps_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts(id) ON DELETE SET NULL,
  constraint oauth_apps_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint oauth_apps_pkey PRIMARY KEY (id)
);
CREATE INDEX oauth_apps_organization ON public.oauth_apps USING btree (organization_id);

create table oauth_codes (
  hash text not null,
  grant_id uuid not null,
  redirect_uri text not null,
  challenge text,
  challenge_method text,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint oauth_codes_challenge_method_check CHECK ((challenge_method = ANY (ARRAY['plain'::text, 'S256'::text]))),
  constraint oauth_codes_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grants(id) ON DELETE CASCADE,
  constraint oauth_codes_pkey PRIMARY KEY (hash)
);
CREATE INDEX oauth_codes_grant ON public.oauth_codes USING btree (grant_id);

create table oauth_grants (
  id uuid not null default gen_random_uuid(),
  app_id uuid not null,
  account_id uuid not null,
  organization_id text not null,
  scopes text[] not null,
  project_refs text[],
  created_at timestamp with time zone not null default now(),
  constraint oauth_grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint oauth_grants_app_id_fkey FOREIGN KEY (app_id) REFERENCES oauth_apps(id) ON DELETE CASCADE,
  constraint oauth_grants_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint oauth_grants_pkey PRIMARY KEY (id)
);
CREATE INDEX oauth_grants_account ON public.oauth_grants USING btree (account_id);
CREATE INDEX oauth_grants_app ON public.oauth_grants USING btree (app_id);
CREATE INDEX oauth_grants_organization ON public.oauth_grants USING btree (organization_id);

create table oauth_refresh_tokens (
  hash text not null,
  grant_id uuid not null,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  constraint oauth_refresh_tokens_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grants(id) ON DELETE CASCADE,
  constraint oauth_refresh_tokens_pkey PRIMARY KEY (hash)
);
CREATE INDEX oauth_refresh_tokens_grant ON public.oauth_refresh_tokens USING btree (grant_id);

create table organizations (
  id text not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  constraint organizations_id_check CHECK ((id ~ '^[a-z]{20}$'::text)),
  constraint organizations_pkey PRIMARY KEY (id)
);

create table project_claims (
  ref text not null,
  hash text not null,
  alias text not null,
  kind text not null,
  organization_id text not null,
  created_by uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint project_claims_kind_check CHECK ((kind = ANY (ARRAY['token'::text, 'page'::text]))),
  constraint project_claims_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts(id) ON DELETE CASCADE,
  constraint project_claims_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint project_claims_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref) ON DELETE CASCADE,
  constraint project_claims_pkey PRIMARY KEY (ref),
  constraint project_claims_hash_key UNIQUE (hash)
);

create table project_settings (
  ref text not null,
  kind text not null,
  sealed text not null,
  updated_at timestamp with time zone not null default now(),
  constraint project_settings_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint project_settings_pkey PRIMARY KEY (ref, kind)
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
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  parent_ref text,
  constraint projects_ref_check CHECK ((ref ~ '^[a-z]{20}$'::text)),
  constraint projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint projects_parent_ref_fkey FOREIGN KEY (parent_ref) REFERENCES projects(ref),
  constraint projects_pkey PRIMARY KEY (ref),
  constraint projects_number_key UNIQUE (number)
);
CREATE UNIQUE INDEX projects_loopback_port ON public.projects USING btree (loopback_port) WHERE (status <> 'REMOVED'::text);
CREATE INDEX projects_organization ON public.projects USING btree (organization_id);
CREATE INDEX projects_parent ON public.projects USING btree (parent_ref) WHERE (parent_ref IS NOT NULL);

create table signing_keys (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  algorithm text not null,
  status text not null,
  is_legacy boolean not null default false,
  sealed text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint signing_keys_algorithm_check CHECK ((algorithm = ANY (ARRAY['EdDSA'::text, 'ES256'::text, 'RS256'::text, 'HS256'::text]))),
  constraint signing_keys_status_check CHECK ((status = ANY (ARRAY['in_use'::text, 'standby'::text, 'previously_used'::text, 'revoked'::text]))),
  constraint signing_keys_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint signing_keys_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX signing_keys_in_use ON public.signing_keys USING btree (ref) WHERE (status = 'in_use'::text);
CREATE UNIQUE INDEX signing_keys_legacy ON public.signing_keys USING btree (ref) WHERE is_legacy;
CREATE INDEX signing_keys_ref ON public.signing_keys USING btree (ref);
CREATE UNIQUE INDEX signing_keys_standby ON public.signing_keys USING btree (ref) WHERE (status = 'standby'::text);

create table snippets (
  id uuid not null default gen_random_uuid(),
  ref text not null,
  owner_id uuid,
  updated_by uuid,
  name text not null,
  description text,
  visibility text not null default 'user'::text,
  favorite boolean not null default false,
  content jsonb not null,
  inserted_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint snippets_visibility_check CHECK ((visibility = ANY (ARRAY['user'::text, 'project'::text, 'org'::text, 'public'::text]))),
  constraint snippets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE SET NULL,
  constraint snippets_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint snippets_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES accounts(id) ON DELETE SET NULL,
  constraint snippets_pkey PRIMARY KEY (id)
);
CREATE INDEX snippets_ref ON public.snippets USING btree (ref);

create table specs (
  ref text not null,
  version integer not null,
  sealed text not null,
  updated_at timestamp with time zone not null default now(),
  constraint specs_version_check CHECK ((version > 0)),
  constraint specs_ref_fkey FOREIGN KEY (ref) REFERENCES projects(ref),
  constraint specs_pkey PRIMARY KEY (ref)
);
