\echo Use "CREATE EXTENSION supabase_vault" to load this file. \quit

-- Made as the superuser while the caller owns schemas around: nothing but the system's own is looked up.
set local search_path = pg_catalog, pg_temp;

-- Bodies are bound to the functions they call when they are made (`begin atomic`): whoever owns the schema of
-- pgcrypto could otherwise put a function of his own there and be handed the key.

create function vault._no_key() returns bytea language plpgsql
as $$ begin raise exception 'the vault has no key on this server'; end $$;

create function vault._invalid() returns bytea language plpgsql
as $$ begin raise exception 'invalid ciphertext'; end $$;

-- One key for each purpose, made from the server's. The folder of the socket is the platform's to set.
create function vault._key(purpose text) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select @extschema:pgcrypto@.hmac(convert_to('plinth vault ' || purpose, 'utf8'),
    coalesce(pg_read_binary_file(current_setting('unix_socket_directories') || '/vault.key', true), vault._no_key()),
    'sha256');
end;

create function vault._context(additional bytea, key_id bigint, context bytea, nonce bytea) returns bytea
language sql immutable
return int8send(octet_length(additional)) || additional || int8send(key_id)
  || int8send(octet_length(context)) || context || coalesce(nonce, ''::bytea);

-- Encrypt, then sign (AES-256-CBC, HMAC-SHA-256). The same message with the same nonce gives the same result.
create function vault._crypto_aead_det_encrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select sealed || @extschema:pgcrypto@.hmac(bound || sealed, vault._key('sign'), 'sha256')
  from (
    select bound, iv || @extschema:pgcrypto@.encrypt_iv(message, vault._key('encrypt'), iv, 'aes-cbc/pad:pkcs') as sealed
    from (
      select bound, substring(@extschema:pgcrypto@.hmac(bound || message, vault._key('vary'), 'sha256') for 16) as iv
      from (select vault._context(additional, key_id, context, nonce) as bound) as binding
    ) as varied
  ) as encrypted;
end;

create function vault._crypto_aead_det_decrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select case
    when length(message) < 64 then vault._invalid()
    when @extschema:pgcrypto@.hmac(bound || sealed, vault._key('sign'), 'sha256') = signature then
      @extschema:pgcrypto@.decrypt_iv(substring(sealed from 17), vault._key('encrypt'), substring(sealed for 16), 'aes-cbc/pad:pkcs')
    else vault._invalid()
  end
  from (
    select
      vault._context(additional, key_id, context, nonce) as bound,
      substring(message for greatest(length(message) - 32, 0)) as sealed,
      substring(message from length(message) - 31) as signature
  ) as parts;
end;

create function vault._crypto_aead_det_noncegen() returns bytea
language sql volatile
return @extschema:pgcrypto@.gen_random_bytes(32);

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select id, name, description, secret,
  convert_from(vault._crypto_aead_det_decrypt(
    message => decode(secret, 'base64'), additional => convert_to(id::text, 'utf8'),
    key_id => 0, context => 'pgsodium', nonce => nonce), 'utf8') as decrypted_secret,
  key_id, nonce, created_at, updated_at
from vault.secrets;

create function vault._seal(secret text, id uuid, nonce bytea) returns text
language sql stable
return encode(vault._crypto_aead_det_encrypt(
  message => convert_to(secret, 'utf8'), additional => convert_to(id::text, 'utf8'),
  key_id => 0, context => 'pgsodium', nonce => nonce), 'base64');

create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into vault.secrets (id, nonce, secret, name, description)
  select made.id, made.nonce, vault._seal(new_secret, made.id, made.nonce), new_name, new_description
  from (select gen_random_uuid() as id, vault._crypto_aead_det_noncegen() as nonce offset 0) as made
  returning id;
end;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null
) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  update vault.secrets set
    secret = case when new_secret is null then secret else vault._seal(new_secret, id, nonce) end,
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    updated_at = now()
  where id = secret_id;
end;

revoke all on all functions in schema vault from public;

grant usage on schema vault to postgres with grant option;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt
  to postgres with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to service_role;

select pg_catalog.pg_extension_config_dump('vault.secrets', '');
