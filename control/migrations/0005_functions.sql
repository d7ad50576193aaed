-- why: edge functions: their records, what was deployed, and the files of it

create table functions (
  id uuid primary key default gen_random_uuid(),
  ref text not null references projects,
  slug text not null,
  name text not null,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'REMOVED', 'THROTTLED')),
  -- The version that answers; 0 until one was activated.
  version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (ref, slug)
);

-- The active version of each function, and newer ones that were bundled and not activated.
create table function_versions (
  function_id uuid not null references functions on delete cascade,
  version integer not null check (version > 0),
  name text not null,
  verify_jwt boolean not null,
  entrypoint_path text not null,
  import_map_path text,
  -- SHA-256 of everything deployed.
  digest text not null,
  -- `sources`: files by path. `bundle`: one eszip.
  kind text not null check (kind in ('sources', 'bundle')),
  -- [{path, digest}]
  files jsonb not null,
  created_at timestamptz not null default now(),
  primary key (function_id, version)
);

-- Content by its digest: the same file in ten versions is kept once.
create table function_files (
  ref text not null references projects,
  digest text not null,
  content bytea not null,
  primary key (ref, digest)
);
