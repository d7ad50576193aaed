-- why: projects get names of their own beside their ref

create table host_names (
  ref text not null references projects on delete cascade,
  -- `subdomain`: under the installation's own domain. `hostname`: the owner's.
  kind text not null check (kind in ('subdomain', 'hostname')),
  -- Whole and in lower case.
  host text not null,
  -- What the owner puts into DNS to show that the name is theirs.
  challenge text not null,
  status text not null check (status in ('initiated', 'verified', 'reachable', 'active')),
  -- What the last look at DNS found missing.
  problems jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (ref, kind)
);
-- A name nobody has proved yet keeps nobody else from proving it.
create unique index host_names_host on host_names (host) where status <> 'initiated';
