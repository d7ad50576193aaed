\echo Use "CREATE EXTENSION pg_net" to load this file. \quit

-- Made as the superuser while the caller owns schemas around: nothing but the system's own is looked up.
set local search_path = pg_catalog, pg_temp;

create schema if not exists net;

create domain net.http_method as text check (lower(value) in ('get', 'post', 'delete'));

-- Not logged: after a crash nothing is sent twice, and a copy of a running branch sends nothing of the original's.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);
create index on net.http_request_queue (id);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

-- Everything but letters, digits and `-._~` becomes %XX.
create function net._urlencode_string(string varchar) returns text
language sql immutable strict parallel safe
begin atomic
  select coalesce(string_agg(
    case
      when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122 or byte in (45, 46, 95, 126)
        then chr(byte)
      else '%' || upper(lpad(to_hex(byte), 2, '0'))
    end, '' order by position), '')
  from (
    select position, get_byte(convert_to(string, 'utf8'), position) as byte
    from generate_series(0, octet_length(convert_to(string, 'utf8')) - 1) as position
  ) as bytes;
end;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  -- scheme, host and port, path, query, fragment
  parts text[] := regexp_match(url, '^([a-zA-Z][a-zA-Z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$');
  query text := array_to_string(params_array, '&');
begin
  if parts is null then
    raise exception 'invalid URL "%": Malformed input to a URL function', url;
  elsif lower(parts[1]) not in ('http', 'https') then
    raise exception 'invalid URL "%": Unsupported URL scheme', url;
  elsif coalesce(parts[2], '') = '' then
    raise exception 'invalid URL "%": No host part in the URL', url;
  elsif url ~ '[[:space:][:cntrl:]]' then
    raise exception 'invalid URL "%": Malformed input to a URL function', url;
  end if;
  query := concat_ws('&', nullif(substr(parts[4], 2), ''), nullif(query, ''));
  return lower(parts[1]) || '://' || parts[2] || coalesce(nullif(parts[3], ''), '/')
    || coalesce('?' || nullif(query, ''), '') || coalesce(parts[5], '');
end
$$;

create function net._with_params(url text, params jsonb) returns text
language sql immutable
return net._encode_url_with_params_array(url, coalesce(
  (select array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value)) from jsonb_each_text(params)), '{}'));

-- Heard by the stack process when the transaction is over.
create function net.wake() returns void
language sql
begin atomic
  select pg_notify('plinth_net', '');
end;

create function net.worker_restart() returns bool
language sql
begin atomic
  select net.wake();
  select true;
end;

create function net.wait_until_running() returns void language sql begin atomic select net.wake(); end;
create function net.check_worker_is_up() returns void language sql begin atomic select net.wake(); end;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._with_params(url, params), headers, timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request_id bigint;
  content_type text := (
    select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1);
begin
  if content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', net._with_params(url, params), headers, convert_to(body::text, 'utf8'), timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('DELETE', net._with_params(url, params), headers, convert_to(body::text, 'utf8'), timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net._await_response(request_id bigint) returns bool
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create function net._http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  found_response net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into found_response from net._http_response where id = request_id;
  if found_response.id is null or found_response.error_msg is not null then
    return ('ERROR', coalesce(found_response.error_msg, 'request matching request_id not found'), null)
      ::net.http_response_result;
  end if;
  return ('SUCCESS', 'ok',
    (found_response.status_code, found_response.headers, found_response.content)::net.http_response)
    ::net.http_response_result;
end
$$;

create function net.http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  return net._http_collect_response(request_id, async);
end
$$;
