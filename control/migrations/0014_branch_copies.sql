-- why: a branch that began as a copy of a parent without migrations is reset to a copy again; and migrations made in the same second in a project and its branches get different versions

alter table branches add column begins_as_copy boolean not null default false;

create table migration_clocks (
  -- A project without a parent; it stands for its branches too.
  ref text primary key references projects,
  -- The moment that the newest migration was given.
  at timestamptz not null
);
