-- why: who listens to changes of which table, with which filters

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');

create type realtime.equality_op as enum (
  'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
);

create type realtime.user_defined_filter as (
  column_name text,
  op realtime.equality_op,
  value text,
  negate boolean
);

create type realtime.wal_column as (
  name text,
  type_name text,
  type_oid oid,
  value jsonb,
  is_pkey boolean,
  is_selectable boolean
);

create type realtime.wal_rls as (
  wal jsonb,
  is_rls_enabled boolean,
  subscription_ids uuid[],
  errors text[]
);

-- Marked immutable, which a generated column asks for: a role's number does not change.
create function realtime.to_regrole(role_name text) returns regrole
language sql immutable
return role_name::regrole;

create function realtime."cast"(val text, type_ regtype) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_result jsonb;
begin
  execute format('select to_jsonb(%L::%s)', val, type_) into v_result;
  return v_result;
end
$$;

-- Compares two values given as text the way the type compares; null when one of them is null.
create function realtime.check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  v_operator text := case op
    when 'eq' then '='
    when 'neq' then '<>'
    when 'lt' then '<'
    when 'lte' then '<='
    when 'gt' then '>'
    when 'gte' then '>='
    when 'isdistinct' then 'is distinct from'
  end;
  v_text_operator text := case op
    when 'like' then '~~'
    when 'ilike' then '~~*'
    when 'match' then '~'
    when 'imatch' then '~*'
  end;
  v_result boolean;
begin
  if v_operator is not null then
    execute format('select %L::%s %s %L::%s', val_1, type_, v_operator, val_2, type_) into v_result;
  elsif v_text_operator is not null then
    execute format('select %L::%s::text operator(pg_catalog.%s) %L', val_1, type_, v_text_operator, val_2)
      into v_result;
  elsif op = 'in' then
    execute format('select %L::%s = any (%L::%s[])', val_1, type_, val_2, type_) into v_result;
  else
    v_result := case lower(val_2)
      when 'null' then val_1 is null
      when 'true' then val_1::boolean is true
      when 'false' then val_1::boolean is false
      when 'unknown' then val_1::boolean is unknown
    end;
  end if;
  return v_result;
end
$$;

create function realtime.is_visible_through_filters(
  columns realtime.wal_column[],
  filters realtime.user_defined_filter[]
) returns boolean
language sql immutable
begin atomic
  select coalesce(bool_and(coalesce(
    realtime.check_equality_op(
      f.op,
      coalesce(nullif(c.type_oid, 0)::regtype, c.type_name::regtype),
      c.value #>> '{}',
      f.value
    ) <> coalesce(f.negate, false),
    false
  )), true)
  from unnest(filters) as f
  left join unnest(columns) as c on c.name = f.column_name;
end;

create table realtime.subscription (
  id bigint generated always as identity primary key,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
  created_at timestamp not null default timezone('utc', now()),
  action_filter text default '*' check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE')),
  selected_columns text[]
);
create index ix_realtime_subscription_entity on realtime.subscription (entity);
create unique index subscription_subscription_id_entity_filters_key on realtime.subscription (
  subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}')
);

grant select on realtime.subscription to anon, authenticated, service_role;
grant all on realtime.subscription to postgres;

-- Refuses what could never match: unknown or hidden columns, values the column's type cannot hold.
create function realtime.subscription_check_filters() returns trigger
language plpgsql set search_path = ''
as $$
declare
  v_role regrole := (new.claims ->> 'role')::regrole;
  v_filter realtime.user_defined_filter;
  v_type regtype;
  v_name text;
begin
  foreach v_name in array coalesce(new.selected_columns, '{}') loop
    if not coalesce(pg_catalog.has_column_privilege(v_role, new.entity, v_name, 'SELECT'), false) then
      raise exception 'invalid column for select %', v_name;
    end if;
  end loop;
  foreach v_filter in array new.filters loop
    select a.atttypid into v_type
    from pg_catalog.pg_attribute as a
    where a.attrelid = new.entity and a.attname = v_filter.column_name and a.attnum > 0 and not a.attisdropped;
    if not found or not pg_catalog.has_column_privilege(v_role, new.entity, v_filter.column_name, 'SELECT') then
      raise exception 'invalid column for filter %', v_filter.column_name;
    end if;
    if v_filter.op = 'in' then
      if jsonb_array_length(realtime."cast"(v_filter.value, (v_type::text || '[]')::regtype)) > 100 then
        raise exception 'too many values for `in` filter. Maximum 100';
      end if;
    elsif v_filter.op = 'is' then
      if lower(v_filter.value) not in ('null', 'true', 'false', 'unknown') then
        raise exception 'invalid value for `is` filter: %', v_filter.value;
      end if;
    elsif v_filter.op not in ('like', 'ilike', 'match', 'imatch') then
      perform realtime."cast"(v_filter.value, v_type);
    end if;
  end loop;
  -- The same filters in another order are the same subscription.
  new.filters := coalesce(
    (select array_agg(f order by f.column_name, f.op, f.value) from unnest(new.filters) as f), '{}'
  );
  return new;
end
$$;

create trigger tr_check_filters before insert or update on realtime.subscription
  for each row execute function realtime.subscription_check_filters();
