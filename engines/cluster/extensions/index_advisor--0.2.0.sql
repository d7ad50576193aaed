\echo Use "CREATE EXTENSION index_advisor" to load this file. \quit

-- Made as the superuser while the caller owns schemas around: nothing but the system's own is looked up.
set local search_path = pg_catalog, pg_temp;

-- The plan of a prepared statement that fits any parameters.
create function @extschema@._index_advisor_plan(statement text, parameters int) returns jsonb
language plpgsql
as $$
declare
  plan json;
begin
  execute pg_catalog.format('explain (format json, verbose) execute %I%s', statement,
    case when parameters > 0
      then '(' || pg_catalog.array_to_string(pg_catalog.array_fill('null'::text, array[parameters]), ', ') || ')' else '' end)
    into plan;
  return plan::jsonb;
end
$$;

-- Columns of the tables in a plan that no index begins with yet, and that a btree can hold.
create function @extschema@._index_advisor_candidates(plan jsonb) returns setof text
language sql stable
begin atomic
  select format('create index on %s using btree (%I)', c.oid::regclass, a.attname)
  from (
    select distinct node ->> 'Schema' as schema, node ->> 'Relation Name' as name
    from jsonb_path_query(plan, '$.** ? (exists (@."Relation Name"))') as node
  ) as used
  join pg_namespace as n on n.nspname = used.schema
  join pg_class as c on c.relnamespace = n.oid and c.relname = used.name and c.relkind in ('r', 'm', 'p')
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type as t on t.oid = a.atttypid
  where n.nspname not in ('pg_catalog', 'information_schema')
    and exists (
      select from pg_opclass as o join pg_am as m on m.oid = o.opcmethod and m.amname = 'btree'
      where o.opcdefault and (o.opcintype = t.oid or o.opcintype = t.typbasetype
        or o.opcintype = case t.typcategory when 'E' then 'anyenum'::regtype when 'S' then 'text'::regtype
          when 'A' then 'anyarray'::regtype when 'R' then 'anyrange'::regtype end))
    and not exists (select from pg_index as i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null)
  order by 1;
end;

create function @extschema@.index_advisor(query text)
returns table (
  startup_cost_before jsonb, startup_cost_after jsonb, total_cost_before jsonb, total_cost_after jsonb,
  index_statements text[], errors text[]
)
language plpgsql
as $$
declare
  working constant text := 'index_advisor_statement';
  mode constant text := pg_catalog.current_setting('plan_cache_mode');
  parameter_count int;
  before jsonb;
  after jsonb;
  used text[];
begin
  -- What was left by a call that failed; prepared statements outlive transactions.
  if exists (select from pg_catalog.pg_prepared_statements as p where p.name = working) then
    execute pg_catalog.format('deallocate %I', working);
  end if;
  query := pg_catalog.rtrim(pg_catalog.regexp_replace(query, '(^|\n)\s*--[^\n]*', '\1', 'g'), E'; \n\t\r');
  begin
    if query ~ ';' then
      raise exception 'Query must not contain a semicolon';
    end if;
    -- Statements of the REST API begin so; alone, their parameter would be taken for text.
    query := pg_catalog.replace(query, 'WITH pgrst_payload AS (SELECT $1 AS json_data)',
      'WITH pgrst_payload AS (SELECT $1::pg_catalog.json AS json_data)');
    execute pg_catalog.format('prepare %I as %s', working, query);
    select pg_catalog.cardinality(s.parameter_types) into parameter_count
    from pg_catalog.pg_prepared_statements as s where s.name = working;
    perform pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true);
    perform @extschema:hypopg@.hypopg_reset();
    before := @extschema@._index_advisor_plan(working, parameter_count);
    perform @extschema:hypopg@.hypopg_create_index(candidate)
    from @extschema@._index_advisor_candidates(before) as candidate;
    -- A generic plan is kept until something says that it is out of date: hypothetical indexes do not.
    execute pg_catalog.format('deallocate %I', working);
    execute pg_catalog.format('prepare %I as %s', working, query);
    after := @extschema@._index_advisor_plan(working, parameter_count);
    select pg_catalog.array_agg(@extschema:hypopg@.hypopg_get_indexdef(h.indexrelid) order by h.indexrelid) into used
    from @extschema:hypopg@.hypopg_list_indexes as h
    where h.index_name in (
      select name #>> '{}' from pg_catalog.jsonb_path_query(after, '$.**."Index Name"') as name);
    perform @extschema:hypopg@.hypopg_reset();
    execute pg_catalog.format('deallocate %I', working);
    perform pg_catalog.set_config('plan_cache_mode', mode, true);
    return query select before #> '{0,Plan,Startup Cost}', after #> '{0,Plan,Startup Cost}',
      before #> '{0,Plan,Total Cost}', after #> '{0,Plan,Total Cost}',
      coalesce(used, array[]::text[]), array[]::text[];
  exception when others then
    return query select null::jsonb, null::jsonb, null::jsonb, null::jsonb, array[]::text[], array[sqlerrm];
  end;
end
$$;
