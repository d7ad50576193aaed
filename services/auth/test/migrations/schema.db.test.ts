// The schema as a fresh project has it: tables and columns, who may read, what policies ask, what is unique.

import { openPool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectedTables } from './expected-tables.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
})
afterAll(() => database.drop())

const short: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
}
const shorten = (type: string): string =>
  (short[type] ?? type).replace(/^auth\./, '').replace('character varying', 'varchar')

type Column = {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly required: boolean
}

describe('tables', () => {
  it('are the known ones with the known columns', async () => {
    const columns = await database.admin.query<Column>(sql`
      select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
        a.attnotnull as required
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attname`)
    const tables: Record<string, string[]> = {}
    for (const { table, column, type, required } of columns) {
      const described = `${column} ${shorten(type)}${required ? '!' : ''}`
      tables[table] = [...(tables[table] ?? []), described]
    }
    const expected = Object.entries(expectedTables).map(([table, list]) => [table, [...list].sort()])
    expect(tables).toEqual(Object.fromEntries(expected))
  })

  it('belong to the auth service and are closed to the API roles', async () => {
    const rows = await database.admin.query(sql`
      select c.relname as table, r.rolname as owner, c.relrowsecurity as secured,
        has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select') as open,
        has_table_privilege('postgres', c.oid, 'select') as readable
      from pg_class c join pg_roles r on r.oid = c.relowner
      where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r'`)
    const unsecured = /^(oauth_|custom_oauth|webauthn_)/
    for (const row of rows) {
      expect(row).toEqual({
        table: row['table'],
        owner: 'supabase_auth_admin',
        secured: !unsecured.test(String(row['table'])),
        open: false,
        readable: true,
      })
    }
  })

  it('say which of GoTrue’s versions they are', async () => {
    const row = await database.admin.one(sql`
      select count(*) as files, max(version) as newest from auth.schema_migrations`)
    expect(row).toEqual({ files: 70, newest: '20260625000000' })
  })
})

describe('what policies ask', () => {
  const id = '11111111-1111-4111-8111-111111111111'
  it.each([
    ['nothing set', '', [null, null, null]],
    ['claims', `{"sub":"${id}","role":"authenticated","email":"a@b.co"}`, [id, 'authenticated', 'a@b.co']],
    ['claims without a subject', '{"role":"anon"}', [null, 'anon', null]],
  ])('with %s', async (_name, claims, expected) => {
    const pool = openPool({ ...database.as('authenticator'), size: 1, applicationName: 'policies' })
    try {
      const row = await pool.transaction(async (db) => {
        await db.run(
          sql`select set_config('role', 'anon', true), set_config('request.jwt.claims', ${claims}, true)`,
        )
        return db.one(
          sql`select auth.uid() as id, auth.role() as role, auth.email() as email, auth.jwt() as claims`,
        )
      })
      expect([row['id'], row['role'], row['email']]).toEqual(expected)
      expect(row['claims']).toEqual(claims === '' ? null : JSON.parse(claims))
    } finally {
      await pool.close()
    }
  })
})

describe('what is unique', () => {
  const insert = (values: Record<string, string | boolean>) =>
    database.admin.run(sql`
      insert into auth.users (id, email, phone, is_sso_user, confirmation_token)
      values (gen_random_uuid(), ${values['email'] ?? null}, ${values['phone'] ?? null},
        ${values['sso'] ?? false}, ${values['token'] ?? ''})`)

  it('addresses, but not those of single sign-on', async () => {
    await insert({ email: 'u@example.com' })
    await expect(insert({ email: 'u@example.com' })).rejects.toMatchObject({ sqlstate: '23505' })
    await insert({ email: 'u@example.com', sso: true })
    await insert({ email: 'u@example.com', sso: true })
    await insert({ phone: '491' })
    await expect(insert({ phone: '491' })).rejects.toMatchObject({ sqlstate: '23505' })
  })

  it('digests, but not codes of digits', async () => {
    await insert({ token: '123456' })
    await insert({ token: '123456' })
    await insert({ token: 'abcdef' })
    await expect(insert({ token: 'abcdef' })).rejects.toMatchObject({ sqlstate: '23505' })
  })
})
