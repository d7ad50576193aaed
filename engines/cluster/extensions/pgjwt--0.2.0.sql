\echo Use "CREATE EXTENSION pgjwt" to load this file. \quit

-- Made as the superuser while the caller owns schemas around: nothing but the system's own is looked up.
set local search_path = pg_catalog, pg_temp;

-- Base64 for addresses (RFC 4648 §5), without padding and line breaks.
create function @extschema@.url_encode(data bytea) returns text
language sql immutable strict parallel safe
return rtrim(translate(encode(data, 'base64'), E'+/\n', '-_'), '=');

create function @extschema@.url_decode(data text) returns bytea
language sql immutable strict parallel safe
return decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64');

-- An algorithm that is none of these fails in `hmac`, which names it.
create function @extschema@.algorithm_sign(signables text, secret text, algorithm text) returns text
language sql immutable parallel safe
return @extschema@.url_encode(@extschema:pgcrypto@.hmac(signables, secret,
  case algorithm when 'HS256' then 'sha256' when 'HS384' then 'sha384' when 'HS512' then 'sha512' else '' end));

create function @extschema@.sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable parallel safe
begin atomic
  select concat_ws('.', signables, @extschema@.algorithm_sign(signables, secret, algorithm))
  from (
    select concat_ws('.',
      @extschema@.url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'utf8')),
      @extschema@.url_encode(convert_to(payload::text, 'utf8'))) as signables
  ) as unsigned;
end;

create function @extschema@.try_cast_double(inp text) returns double precision
language plpgsql immutable parallel safe
as $$
begin
  return inp::double precision;
exception when others then
  return null;
end
$$;

create function @extschema@.verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql stable parallel safe
begin atomic
  select parsed.header, parsed.payload,
    parsed.is_signed and tstzrange(
      to_timestamp(@extschema@.try_cast_double(parsed.payload ->> 'nbf')),
      to_timestamp(@extschema@.try_cast_double(parsed.payload ->> 'exp'))) @> current_timestamp
  from (
    select
      convert_from(@extschema@.url_decode(parts[1]), 'utf8')::json as header,
      convert_from(@extschema@.url_decode(parts[2]), 'utf8')::json as payload,
      parts[3] = @extschema@.algorithm_sign(parts[1] || '.' || parts[2], secret, algorithm) as is_signed
    from string_to_array(token, '.') as parts
  ) as parsed;
end;
