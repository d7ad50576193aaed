-- why: objects as folders, which exist only as parts of names; always under the caller's policies

-- The part of a key up to the first delimiter after the prefix; null when there is none (then it is a file).
create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable
return case
  when p_delimiter <> ''
    and starts_with(p_key, p_prefix)
    and strpos(substr(p_key, length(p_prefix) + 1), p_delimiter) > 0
  then left(
    p_key,
    length(p_prefix) + strpos(substr(p_key, length(p_prefix) + 1), p_delimiter) + length(p_delimiter) - 1
  )
end;

-- Behind every key that starts with `p_prefix`, in byte order: U+10FFFF is the last character there is.
create function storage.behind_prefix(p_prefix text) returns text
language sql immutable
return p_prefix || chr(1114111);

-- Jumps from entry to entry through the index, so that a folder of a million objects costs one step.
create function storage.list_objects_with_delimiter(
  _bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  start_after text default '',
  next_token text default '',
  sort_order text default 'asc'
) returns table (
  name text,
  id uuid,
  metadata jsonb,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  user_metadata jsonb
)
language plpgsql stable set search_path = ''
as $$
declare
  v_prefix text := coalesce(prefix_param, '');
  v_descending boolean := lower(coalesce(sort_order, 'asc')) = 'desc';
  v_low text := v_prefix;
  v_high text := storage.behind_prefix(v_prefix);
  v_cursor text := coalesce(nullif(next_token, ''), nullif(start_after, ''));
  v_folder text;
  v_object record;
begin
  if v_cursor is not null and delimiter_param <> '' and exists (
    select from storage.objects as o
    where o.bucket_id = _bucket_id
      and o.name collate "C" >= v_cursor || delimiter_param
      and o.name collate "C" < storage.behind_prefix(v_cursor || delimiter_param)
  ) then
    v_cursor := v_cursor || delimiter_param;
    v_cursor := case when v_descending then v_cursor else storage.behind_prefix(v_cursor) end;
  end if;
  if v_descending then
    v_high := least(v_high collate "C", v_cursor collate "C");
  elsif v_cursor is not null then
    -- U+0001 is the first character a key may hold: this is just behind the cursor.
    v_low := greatest(v_low collate "C", (v_cursor || chr(1)) collate "C");
  end if;

  for _ in 1 .. max_keys loop
    if v_descending then
      select o.* into v_object from storage.objects as o
      where o.bucket_id = _bucket_id and o.name collate "C" >= v_low and o.name collate "C" < v_high
      order by o.name collate "C" desc limit 1;
    else
      select o.* into v_object from storage.objects as o
      where o.bucket_id = _bucket_id and o.name collate "C" >= v_low and o.name collate "C" < v_high
      order by o.name collate "C" asc limit 1;
    end if;
    exit when not found;

    v_folder := storage.get_common_prefix(v_object.name, v_prefix, delimiter_param);
    if v_folder is null then
      name := v_object.name;
      id := v_object.id;
      metadata := v_object.metadata;
      updated_at := v_object.updated_at;
      created_at := v_object.created_at;
      last_accessed_at := v_object.last_accessed_at;
      user_metadata := v_object.user_metadata;
      v_low := case when v_descending then v_low else v_object.name || chr(1) end;
      v_high := case when v_descending then v_object.name else v_high end;
    else
      name := left(v_folder, -length(delimiter_param));
      id := null;
      metadata := null;
      updated_at := null;
      created_at := null;
      last_accessed_at := null;
      user_metadata := null;
      v_low := case when v_descending then v_low else storage.behind_prefix(v_folder) end;
      v_high := case when v_descending then v_folder else v_high end;
    end if;
    return next;
  end loop;
end
$$;

-- Entries of one level, in no order: files of that level and the folders that deeper files make.
create function storage.entries_of_level(p_prefix text, p_bucket_id text, p_level integer, p_search text)
returns table (
  name text,
  path text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb,
  user_metadata jsonb
)
language sql stable
begin atomic
  with seen as (
    select o.*
    from storage.objects as o
    where o.bucket_id = p_bucket_id
      and o.name collate "C" >= p_prefix
      and o.name collate "C" < storage.behind_prefix(p_prefix)
      and starts_with(lower(substr(o.name, length(p_prefix) + 1)), lower(p_search))
      and cardinality(o.path_tokens) >= p_level
  )
  select s.path_tokens[p_level], s.name, s.id, s.updated_at, s.created_at, s.last_accessed_at, s.metadata,
    s.user_metadata
  from seen as s
  where cardinality(s.path_tokens) = p_level
  union all
  select distinct s.path_tokens[p_level], array_to_string(s.path_tokens[1 : p_level], '/'), null::uuid,
    null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb, null::jsonb
  from seen as s
  where cardinality(s.path_tokens) > p_level;
end;

-- The first listing. By name files and folders are mixed; by any other column folders come first.
create function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
) returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb,
  user_metadata jsonb
)
language sql stable
begin atomic
  with entry as (
    select
      e.*,
      lower(coalesce(sortorder, 'asc')) = 'desc' as descending,
      case lower(sortcolumn)
        when 'updated_at' then e.updated_at
        when 'created_at' then e.created_at
        when 'last_accessed_at' then e.last_accessed_at
      end as stamp,
      lower(sortcolumn) in ('updated_at', 'created_at', 'last_accessed_at') as by_time
    from storage.entries_of_level(coalesce(prefix, ''), bucketname, levels, coalesce(search, '')) as e
  )
  select e.name, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata, e.user_metadata
  from entry as e
  order by
    coalesce(e.by_time, false) and e.id is not null,
    case when not e.descending then e.stamp end,
    case when e.descending then e.stamp end desc,
    case when not e.descending then lower(e.name) end collate "C",
    case when e.descending then lower(e.name) end collate "C" desc,
    e.name collate "C"
  limit least(limits, 1500)
  offset offsets;
end;

-- One page by time and name. JavaScript keeps milliseconds, so cursors have no more.
create function storage.search_by_timestamp(
  p_prefix text,
  p_bucket_id text,
  p_limit integer,
  p_level integer,
  p_start_after text,
  p_sort_order text,
  p_sort_column text,
  p_sort_column_after text
) returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb,
  user_metadata jsonb
)
language sql stable
begin atomic
  with entry as (
    select
      e.*,
      lower(coalesce(p_sort_order, 'asc')) = 'desc' as descending,
      date_trunc('milliseconds', coalesce(
        case lower(p_sort_column)
          when 'updated_at' then e.updated_at
          when 'last_accessed_at' then e.last_accessed_at
          else e.created_at
        end,
        'epoch'
      )) as stamp,
      nullif(p_sort_column_after, '')::timestamptz as stamp_after,
      coalesce(p_start_after, '') as path_after
    from storage.entries_of_level(coalesce(p_prefix, ''), p_bucket_id, p_level, '') as e
  )
  select e.name, e.path, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata, e.user_metadata
  from entry as e
  where e.stamp_after is null
    or case
      when e.descending then (e.stamp, e.path collate "C") < (e.stamp_after, e.path_after)
      else (e.stamp, e.path collate "C") > (e.stamp_after, e.path_after)
    end
  order by
    case when not e.descending then e.stamp end,
    case when e.descending then e.stamp end desc,
    case when not e.descending then e.path end collate "C",
    case when e.descending then e.path end collate "C" desc
  limit p_limit;
end;

-- The second listing: pages by cursor, names are whole keys.
create function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
) returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb,
  user_metadata jsonb
)
language plpgsql stable set search_path = ''
as $$
begin
  if lower(coalesce(sort_column, 'name')) in ('updated_at', 'created_at', 'last_accessed_at') then
    return query select * from storage.search_by_timestamp(
      prefix, bucket_name, limits, levels, start_after, sort_order, sort_column, sort_column_after
    );
  else
    return query
      select split_part(l.name, '/', levels), l.name, l.id, l.updated_at, l.created_at, l.last_accessed_at,
        l.metadata, l.user_metadata
      from storage.list_objects_with_delimiter(
        bucket_name, prefix, '/', limits, start_after, '', sort_order
      ) as l;
  end if;
end
$$;
