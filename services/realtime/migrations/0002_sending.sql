-- why: what triggers and policies call: the channel's name, and sending to a channel

create function realtime.topic() returns text
language sql stable
return nullif(current_setting('realtime.topic', true), '');

-- Runs as the caller: the policies on messages decide.
create function realtime.insert_message(
  p_id uuid,
  p_payload jsonb,
  p_binary bytea,
  p_event text,
  p_topic text,
  p_private boolean
) returns void
language plpgsql set search_path = ''
as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  for attempt in 1 .. 2 loop
    begin
      insert into realtime.messages (id, payload, binary_payload, event, topic, private, extension)
      values (p_id, p_payload, p_binary, p_event, p_topic, p_private, 'broadcast');
      return;
    exception when check_violation then
      -- There is no partition for today: the project slept for days.
      if attempt = 2 then
        raise;
      end if;
      perform realtime.keep_message_partitions();
    end;
  end loop;
exception when others then
  -- A broadcast that fails must not undo what it tells about.
  raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
end
$$;

create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
  v_payload jsonb := payload;
begin
  if jsonb_typeof(payload) = 'object' and not payload ? 'id' then
    v_payload := payload || jsonb_build_object('id', v_id);
  end if;
  perform realtime.insert_message(v_id, v_payload, null, event, topic, private);
end
$$;

create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void
language sql
begin atomic
  select realtime.insert_message(gen_random_uuid(), null, payload, event, topic, private);
end;

-- For row triggers: tells a channel what happened to the row.
create function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void
language plpgsql set search_path = ''
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'operation', operation,
      'schema', table_schema,
      'table', table_name,
      'record', to_jsonb(new),
      'old_record', to_jsonb(old)
    ),
    event_name,
    topic_name
  );
end
$$;
