// Extensions as the owner makes them: allowed ones without being a superuser, with the grants that come with them.

import { openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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

const onDemand = [
  ...[
    'autoinc',
    'bloom',
    'btree_gin',
    'btree_gist',
    'citext',
    'cube',
    'dict_int',
    'dict_xsyn',
    'earthdistance',
    'fuzzystrmatch',
  ],
  ...[
    'hstore',
    'hypopg',
    'insert_username',
    'intarray',
    'isn',
    'lo',
    'ltree',
    'moddatetime',
    'pg_net',
    'pg_partman',
  ],
  ...[
    'pg_prewarm',
    'pg_trgm',
    'pg_walinspect',
    'pgjwt',
    'pgrowlocks',
    'pgstattuple',
    'pgtap',
    'plpgsql_check',
  ],
  ...[
    'postgis',
    'postgis_topology',
    'refint',
    'rum',
    'seg',
    'sslinfo',
    'tablefunc',
    'tcn',
    'tsm_system_rows',
    'unaccent',
    'vector',
  ],
]

test.each(onDemand)('the owner makes %s and drops it', (name) =>
  attempt(`create extension if not exists ${name} with schema extensions cascade; drop extension ${name}`),
)

const caught = `
  create function public.caught() returns text language plpgsql
    as $$ begin raise exception 'caught %', current_user; end $$;
  create schema topology`

test.each([
  'create function topology.addtosearchpath(a text) returns text language sql return public.caught()',
  'create function topology.quote_ident(a varchar) returns text language sql return public.caught()',
  'create temp view pg_roles as select public.caught() as rolname, true as rolsuper',
  'create temp view pg_settings as select public.caught() as name, null::text as boot_val',
])('no script of an extension runs as the superuser: %s', (planted) =>
  attempt(`
    create extension if not exists postgis with schema extensions;
    ${caught};
    ${planted};
    create extension postgis_topology`),
)

test.each(['uuid-ossp', 'pgcrypto', 'pg_stat_statements', 'supabase_vault'])('%s is there already', (name) =>
  attempt(`create extension if not exists "${name}"`),
)

test.each([
  ['dblink', /permission denied to create extension "dblink"/],
  ['file_fdw', /permission denied to create extension "file_fdw"/],
  ['pg_graphql', /extension "pg_graphql" is not available/],
] as const)('%s is refused with a reason', async (name, reason) => {
  await expect(owner.session((session) => session.script(`create extension ${name}`))).rejects.toThrow(reason)
})

test('statements are counted from the start, and the owner sees them', async () => {
  const { count } = await owner.one<{ count: number }>(
    sql`select count(*) from pg_extension where extname = 'pg_stat_statements' and extnamespace = 'extensions'::regnamespace`,
  )
  expect(count).toBe(1)
})

describe('pgjwt', () => {
  beforeAll(() => owner.run(sql`create extension pgjwt with schema extensions`))
  const token =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWV9.'

  test('signs what other libraries sign alike', async () => {
    const { signed } = await owner.one<{ signed: string }>(
      sql`select extensions.sign('{"sub":"1234567890","name":"John Doe","admin":true}', 'secret') as signed`,
    )
    expect(signed).toBe(`${token}TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ`)
  })

  test.each(['HS256', 'HS384', 'HS512'])('verifies %s, and no other secret', async (algorithm) => {
    const row = await owner.one(sql`
      select mine.header ->> 'alg' as alg, mine.payload ->> 'a' as a, mine.valid, theirs.valid as others
      from extensions.sign('{"a":"ü~?"}', 's', ${algorithm}) as token,
        extensions.verify(token, 's', ${algorithm}) as mine, extensions.verify(token, 't', ${algorithm}) as theirs`)
    expect(row).toEqual({ alg: algorithm, a: 'ü~?', valid: true, others: false })
  })

  test('a token counts between nbf and exp', async () => {
    const row = await owner.one(sql`
      select (extensions.verify(extensions.sign('{"exp":1}', 's'), 's')).valid as late,
        (extensions.verify(extensions.sign('{"nbf":99999999999}', 's'), 's')).valid as early,
        extensions.url_encode('\\xfbff'::bytea) as encoded, extensions.url_decode('-_8') as decoded`)
    expect(row).toMatchObject({ late: false, early: false, encoded: '-_8' })
  })
})
