-- why: uploads in parts, while they are under way

create table storage.s3_multipart_uploads (
  id text primary key,
  in_progress_size bigint not null default 0,
  upload_signature text not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamptz not null default now(),
  user_metadata jsonb,
  metadata jsonb
);
create index idx_multipart_uploads_list on storage.s3_multipart_uploads (bucket_id, key, created_at);

create table storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(),
  upload_id text not null references storage.s3_multipart_uploads (id) on delete cascade,
  size bigint not null default 0,
  part_number integer not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamptz not null default now()
);
create index s3_multipart_uploads_parts_upload on storage.s3_multipart_uploads_parts (upload_id, part_number);

alter table storage.s3_multipart_uploads enable row level security;
alter table storage.s3_multipart_uploads_parts enable row level security;

grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;

-- Uploads under way, several of one key by age; folders come as rows without id and time.
create function storage.list_multipart_uploads_with_delimiter(
  bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  next_key_token text default '',
  next_upload_token text default ''
) returns table (key text, id text, created_at timestamptz)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  v_bucket alias for $1;
  v_prefix text := coalesce(prefix_param, '');
  v_after timestamptz := (
    select u.created_at from storage.s3_multipart_uploads as u where u.id = next_upload_token
  );
begin
  return query
    with seen as (
      select u.key, u.id, u.created_at, storage.get_common_prefix(u.key, v_prefix, delimiter_param) as folder
      from storage.s3_multipart_uploads as u
      where u.bucket_id = v_bucket
        and u.key >= v_prefix
        and u.key < storage.behind_prefix(v_prefix)
    ),
    entry as (
      select distinct s.folder as key, null::text as id, null::timestamptz as created_at
      from seen as s where s.folder is not null
      union all
      select s.key, s.id, s.created_at from seen as s where s.folder is null
    )
    select e.key, e.id, e.created_at
    from entry as e
    where coalesce(next_key_token, '') = ''
      or e.key collate "C" > next_key_token
      or (e.key = next_key_token and (e.created_at, e.id) > (v_after, next_upload_token))
    order by e.key collate "C", e.created_at, e.id
    limit max_keys;
end
$$;
