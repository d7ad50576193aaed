-- why: branches of projects, and the runs that make, change and merge them

-- A branch is a project with a parent.
alter table projects add column parent_ref text references projects;
create index projects_parent on projects (parent_ref) where parent_ref is not null;

create table branches (
  id uuid primary key default gen_random_uuid(),
  -- The project that the branch is; that of the default branch is the parent itself.
  ref text not null unique references projects,
  parent_ref text not null references projects,
  name text not null,
  git_branch text,
  is_default boolean not null default false,
  persistent boolean not null default false,
  with_data boolean not null default false,
  -- How the last run went.
  status text not null check (status in ('CREATING_PROJECT', 'RUNNING_MIGRATIONS', 'MIGRATIONS_PASSED',
    'MIGRATIONS_FAILED', 'FUNCTIONS_DEPLOYED', 'FUNCTIONS_FAILED')),
  notify_url text,
  -- The schema it began with where its parent had no migrations: sealed SQL, for resets.
  sealed_baseline text,
  review_requested_at timestamptz,
  deletion_scheduled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (parent_ref, name)
);
create unique index branches_default on branches (parent_ref) where is_default;

create table action_runs (
  id uuid primary key default gen_random_uuid(),
  number bigint not null generated always as identity unique,
  kind text not null check (kind in ('create', 'push', 'reset', 'merge')),
  -- Stays when the branch is gone.
  branch_id uuid not null,
  branch_ref text not null references projects,
  parent_ref text not null references projects,
  -- Whose database the run changes.
  target_ref text not null references projects,
  status text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
  -- [{name, status, created_at, updated_at}], in the order they are taken.
  steps jsonb not null,
  logs text not null default '',
  migration_version text,
  -- Migrations that a reset will run again, sealed: they are only here while it goes on.
  sealed_history text,
  failure text,
  -- Whether the end of the run is still to be told to the branch's address.
  notice text not null default 'none' check (notice in ('none', 'due', 'sent', 'given_up')),
  notice_attempts integer not null default 0,
  notice_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index action_runs_open on action_runs (branch_id) where status in ('waiting', 'running');
create unique index action_runs_target on action_runs (target_ref) where status = 'running';
create index action_runs_branch on action_runs (branch_ref, number);
create index action_runs_parent on action_runs (parent_ref, number);
