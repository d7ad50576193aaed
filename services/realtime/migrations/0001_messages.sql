-- why: broadcasts made in the database, and the table whose policies say who may join a private channel

create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  binary_payload bytea,
  id uuid not null default gen_random_uuid(),
  primary key (id, inserted_at),
  constraint messages_one_payload check (payload is null or binary_payload is null)
) partition by range (inserted_at);
create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
  where extension = 'broadcast' and private;

alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres;

-- Makes a partition a day, a few days ahead, and drops those nobody replays any more. Anyone may run it:
-- it does the same for everybody, and a message must not be lost because nobody did.
create function realtime.keep_message_partitions() returns void
language plpgsql security definer set search_path = ''
as $$
declare
  v_today date := (now() at time zone 'utc')::date;
  v_day date;
  v_partition text;
begin
  -- Two at once would make the same partition.
  perform pg_advisory_xact_lock(hashtext('realtime.keep_message_partitions'));
  for v_day in select generate_series(v_today - 1, v_today + 3, interval '1 day')::date loop
    v_partition := 'messages_' || to_char(v_day, 'YYYY_MM_DD');
    if to_regclass('realtime.' || v_partition) is null then
      execute format(
        'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        v_partition, v_day, v_day + 1
      );
      -- Reading a partition by its own name must not go around the policies of the whole.
      execute format('alter table realtime.%I enable row level security', v_partition);
    end if;
  end loop;
  for v_partition in
    select c.relname
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass
      and c.relowner = 'supabase_realtime_admin'::regrole
      and c.relname ~ '^messages_\d{4}_\d{2}_\d{2}$'
      and to_date(right(c.relname, 10), 'YYYY_MM_DD') < v_today - 3
  loop
    execute format('drop table realtime.%I', v_partition);
  end loop;
end
$$;

select realtime.keep_message_partitions();

-- Subscribers of the publication see one table, not a new one every day.
alter publication supabase_realtime_messages_publication set (publish_via_partition_root = true);
alter publication supabase_realtime_messages_publication add table realtime.messages;

-- Holds nothing: tools written for the original look here for its schema version.
create table realtime.schema_migrations (
  version bigint primary key,
  inserted_at timestamp(0)
);
