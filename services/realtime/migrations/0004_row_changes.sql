-- why: which subscribers may see a change of a row, as tools written for the original ask for it

create function realtime.wal2json_escape_identifier(name text) returns text
language sql immutable
return regexp_replace(name, '([\\,.* "])', '\\\1', 'g');

create function realtime.quote_wal2json(entity regclass) returns text
language sql stable
begin atomic
  select realtime.wal2json_escape_identifier(n.nspname) || '.' || realtime.wal2json_escape_identifier(c.relname)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.oid = entity;
end;

-- A prepared statement that says whether the row with this primary key can be seen.
create function realtime.build_prepared_statement_sql(
  prepared_statement_name text,
  entity regclass,
  columns realtime.wal_column[]
) returns text
language sql stable
begin atomic
  select format('prepare %I as select exists (select from %s where ', prepared_statement_name, entity)
    || string_agg(format('%I = %L::%s', c.name, c.value #>> '{}', nullif(c.type_oid, 0)::regtype), ' and ')
    || ')'
  from unnest(columns) as c
  where c.is_pkey;
end;

-- Columns of a wal2json row as `p_role` sees them; `p_key` is its list of primary key columns.
create function realtime.wal_columns(p_columns jsonb, p_key jsonb, p_entity regclass, p_role regrole)
returns realtime.wal_column[]
language sql stable
begin atomic
  select coalesce(array_agg(
    row(
      c ->> 'name',
      c ->> 'type',
      (c ->> 'typeoid')::oid,
      c -> 'value',
      exists (select from jsonb_array_elements(p_key) as k where k ->> 'name' = c ->> 'name'),
      coalesce(pg_catalog.has_column_privilege(p_role, p_entity, c ->> 'name', 'SELECT'), false)
    )::realtime.wal_column
    order by ordinality
  ), '{}')
  from jsonb_array_elements(p_columns) with ordinality as list (c, ordinality);
end;

-- Values by column name, of those the role may see.
create function realtime.wal_record(p_columns realtime.wal_column[], p_size integer, p_max_size integer)
returns jsonb
language sql immutable
begin atomic
  select coalesce(jsonb_object_agg(c.name, c.value), '{}')
  from unnest(p_columns) as c
  -- Of a row that is too large only short values travel.
  where c.is_selectable and (p_size <= p_max_size or octet_length(c.value::text) <= 64);
end;

-- The frame of one change, as a subscriber with these columns gets it.
create function realtime.wal_frame(
  wal jsonb,
  p_action realtime.action,
  p_columns realtime.wal_column[],
  p_old realtime.wal_column[],
  p_max_size integer
) returns jsonb
language sql immutable
begin atomic
  select jsonb_build_object(
    'schema', wal ->> 'schema',
    'table', wal ->> 'table',
    'type', p_action,
    'commit_timestamp', wal ->> 'timestamp',
    'columns', (
      select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'type', c.type_name)), '[]')
      from unnest(case when p_action = 'DELETE' then p_old else p_columns end) as c
      where c.is_selectable
    )
  )
  || case when p_action in ('INSERT', 'UPDATE')
    then jsonb_build_object('record', realtime.wal_record(p_columns, length(wal::text), p_max_size))
    else '{}' end
  || case when p_action in ('UPDATE', 'DELETE')
    then jsonb_build_object('old_record', realtime.wal_record(p_old, length(wal::text), p_max_size))
    else '{}' end;
end;

-- Asks as each subscriber whether the row can be seen. Must run as a role that may become all of them.
create function realtime.visible_to(
  p_entity regclass,
  p_columns realtime.wal_column[],
  p_candidates uuid[]
) returns uuid[]
language plpgsql
as $$
declare
  v_before text := current_setting('role');
  v_visible uuid[] := '{}';
  v_subscriber record;
  v_found boolean;
begin
  execute realtime.build_prepared_statement_sql('realtime_visible', p_entity, p_columns);
  for v_subscriber in
    select s.claims, s.claims_role::text as role_name, array_agg(distinct s.subscription_id) as ids
    from realtime.subscription as s
    where s.subscription_id = any (p_candidates) and s.entity = p_entity
    group by s.claims, s.claims_role
  loop
    perform set_config('request.jwt.claims', v_subscriber.claims::text, true);
    perform set_config('role', trim('"' from v_subscriber.role_name), true);
    execute 'execute realtime_visible' into v_found;
    perform set_config('role', v_before, true);
    if v_found then
      v_visible := v_visible || v_subscriber.ids;
    end if;
  end loop;
  perform set_config('request.jwt.claims', '', true);
  deallocate realtime_visible;
  return v_visible;
end
$$;

create function realtime.apply_rls(wal jsonb, max_record_bytes integer default 1048576)
returns setof realtime.wal_rls
language plpgsql
as $$
declare
  v_entity regclass := format('%I.%I', wal ->> 'schema', wal ->> 'table')::regclass;
  v_action realtime.action := case wal ->> 'action'
    when 'I' then 'INSERT' when 'U' then 'UPDATE' when 'D' then 'DELETE' when 'T' then 'TRUNCATE' else 'ERROR'
  end;
  v_is_rls boolean := (select c.relrowsecurity from pg_catalog.pg_class as c where c.oid = v_entity);
  v_role regrole;
  v_columns realtime.wal_column[];
  v_old realtime.wal_column[];
  v_ids uuid[];
  v_errors text[];
begin
  for v_role in
    select distinct s.claims_role from realtime.subscription as s
    where s.entity = v_entity and s.action_filter in ('*', v_action::text)
  loop
    v_columns := realtime.wal_columns(wal -> 'columns', wal -> 'pk', v_entity, v_role);
    v_old := realtime.wal_columns(wal -> 'identity', wal -> 'pk', v_entity, v_role);
    if v_is_rls and v_action = 'DELETE' then
      -- Nobody can be asked about a row that is gone: only its key is told.
      v_old := array(select c from unnest(v_old) as c where c.is_pkey);
    end if;
    select array_agg(distinct s.subscription_id) into v_ids
    from realtime.subscription as s
    where s.entity = v_entity
      and s.claims_role = v_role
      and s.action_filter in ('*', v_action::text)
      and (v_action = 'TRUNCATE' or realtime.is_visible_through_filters(
        case when v_action = 'DELETE' then v_old else v_columns end, s.filters
      ));
    v_errors := array(
      select message from (values
        ('Error 400: Bad Request, no primary key',
          v_is_rls and v_action <> 'TRUNCATE' and jsonb_array_length(coalesce(wal -> 'pk', '[]')) = 0),
        ('Error 401: Unauthorized',
          not exists (select from unnest(v_columns || v_old) as c where c.is_selectable)
            and v_action <> 'TRUNCATE'),
        ('Error 413: Payload Too Large', length(wal::text) > max_record_bytes)
      ) as problem (message, applies) where applies
    );
    if v_errors && array['Error 400: Bad Request, no primary key', 'Error 401: Unauthorized'] then
      return next row(jsonb_build_object('schema', wal ->> 'schema', 'table', wal ->> 'table', 'type', v_action),
        v_is_rls, v_ids, v_errors)::realtime.wal_rls;
    elsif v_ids is not null then
      if v_is_rls and v_action in ('INSERT', 'UPDATE') then
        v_ids := realtime.visible_to(v_entity, v_columns, v_ids);
      end if;
      return next row(realtime.wal_frame(wal, v_action, v_columns, v_old, max_record_bytes),
        v_is_rls, v_ids, v_errors)::realtime.wal_rls;
    end if;
  end loop;
end
$$;

-- Takes changes out of a slot of the plugin wal2json.
create function realtime.list_changes(
  publication name,
  slot_name name,
  max_changes integer,
  max_record_bytes integer
) returns setof realtime.wal_rls
language sql
begin atomic
  with published as (
    select
      concat_ws(',',
        case when p.pubinsert then 'insert' end,
        case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end
      ) as actions,
      (
        select string_agg(realtime.quote_wal2json(format('%I.%I', t.schemaname, t.tablename)::regclass), ',')
        from pg_catalog.pg_publication_tables as t
        where t.pubname = p.pubname
      ) as tables
    from pg_catalog.pg_publication as p
    where p.pubname = publication
  )
  select seen.*
  from published
  cross join lateral pg_catalog.pg_logical_slot_get_changes(
    slot_name, null, max_changes,
    'include-pk', 'true', 'include-transaction', 'false', 'include-timestamp', 'true',
    'include-type-oids', 'true', 'format-version', '2',
    'actions', published.actions, 'add-tables', published.tables
  ) as change
  cross join lateral realtime.apply_rls(change.data::jsonb, max_record_bytes) as seen
  where published.tables is not null;
end;
