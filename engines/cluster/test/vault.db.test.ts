// Secrets in the vault: encrypted where they rest, open to the owner, closed to everybody else.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runtimeFolder } from './place.ts'

const run = promisify(execFile)
const { binDir } = JSON.parse(readFileSync(join(runtimeFolder, 'runtime.json'), 'utf8')) as { binDir: string }

let database: TestDatabase
let owner: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  owner = openPool({ ...database.as('postgres'), size: 1, applicationName: 'owner' })
})
afterAll(async () => {
  await owner?.close()
  await database?.drop()
})

/** Runs statements and takes them back. */
const attempt = async (text: string): Promise<void> => {
  const undo = new Error('undone')
  const outcome = owner.transaction(async (session) => {
    await session.script(text)
    throw undo
  })
  await expect(outcome).rejects.toBe(undo)
}

const secret = 'sesame, öffne dich'
let id: string
beforeAll(async () => {
  id = (
    await owner.one<{ id: string }>(sql`select vault.create_secret(${secret}, 'door', 'of the cave') as id`)
  ).id
})

test('keeps a secret encrypted and gives it to the owner and the service role', async () => {
  const [row] = await owner.query<{ secret: string; plain: string }>(
    sql`select secret, decrypted_secret as plain from vault.decrypted_secrets where name = 'door'`,
  )
  expect(row?.plain).toBe(secret)
  expect(Buffer.from(row?.secret ?? '', 'base64').toString('latin1')).not.toContain('sesame')
  const served = await owner.transaction(async (session) => {
    await session.script('set local role service_role')
    return session.one(sql`select decrypted_secret from vault.decrypted_secrets where name = 'door'`)
  })
  expect(served).toEqual({ decrypted_secret: secret })
})

test('changes a secret, its name and its description', async () => {
  await owner.query(sql`select vault.update_secret(${id}, 'new', 'gate', 'of the town')`)
  await owner.query(sql`select vault.update_secret(${id}, new_description => 'of a town')`)
  expect(
    await owner.one(
      sql`select name, description, decrypted_secret from vault.decrypted_secrets where id = ${id}`,
    ),
  ).toEqual({ name: 'gate', description: 'of a town', decrypted_secret: 'new' })
})

test('what was changed by hand, or moved to another row, is not decrypted', async () => {
  const other = await owner.one<{ id: string }>(sql`select vault.create_secret('b') as id`)
  await database.admin.run(sql`
    update vault.secrets set secret = (select secret from vault.secrets where id = ${id}),
      nonce = (select nonce from vault.secrets where id = ${id}) where id = ${other.id}`)
  const read = (which: string) =>
    owner.query(sql`select decrypted_secret from vault.decrypted_secrets where id = ${which}`)
  await expect(read(other.id)).rejects.toThrow('invalid ciphertext')
  await database.admin.run(sql`update vault.secrets set secret = 'cGxhaW4=' where id = ${other.id}`)
  await expect(read(other.id)).rejects.toThrow('invalid ciphertext')
  expect(await read(id)).toEqual([{ decrypted_secret: 'new' }])
})

test.each([
  ['anon', 'select * from vault.decrypted_secrets'],
  ['authenticated', 'select * from vault.secrets'],
  ['authenticated', "select vault.create_secret('x')"],
  ['postgres', "select vault._key('encrypt')"],
  ['postgres', "select vault._crypto_aead_det_encrypt('x', 'y', 0)"],
  ['postgres', "insert into vault.secrets (secret) values ('x')"],
  ['postgres', 'create trigger t before insert on vault.secrets execute function vault._invalid()'],
  ['service_role', "select vault._key('encrypt')"],
])('%s may not: %s', async (role, text) => {
  const work = owner.transaction(async (session) => session.script(`set local role ${role}; ${text}`))
  await expect(work).rejects.toThrow(/permission denied|must be owner/)
})

test('a dump holds it encrypted, and the key is nowhere in it', async () => {
  await owner.query(sql`select vault.create_secret('never in a dump', 'dumped')`)
  const { stdout } = await run(
    join(binDir, 'pg_dump'),
    [
      '-h',
      database.socketDir,
      '-U',
      'postgres',
      database.database,
      '--schema=vault',
      '--extension=supabase_vault',
    ],
    { env: { PGPASSWORD: 'postgres' } },
  )
  expect(stdout).toContain('dumped')
  expect(stdout).not.toContain('never in a dump')
  expect(stdout).not.toContain('a'.repeat(64))
})

test('a function of the owner in the schema of pgcrypto is never handed the key', async () => {
  await attempt(`
    create function extensions.hmac(a bytea, b bytea, c varchar) returns bytea language plpgsql
      as $$ begin raise exception 'caught %', b; end $$;
    create function extensions.int8send(a integer) returns bytea language plpgsql
      as $$ begin raise exception 'caught'; end $$;
    create temp table bytea (a int);
    select vault.create_secret('x');
    select decrypted_secret from vault.decrypted_secrets where name = 'gate'`)
})
