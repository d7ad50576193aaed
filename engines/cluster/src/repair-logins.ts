// What a project's owner can change of how the platform logs in, set right again: the owner administers the request
// roles for their settings, and each role may set its own password.

import { ident, type Pool, sql } from '@plinth/postgres'
import { openSuperuserPool, type Secrets } from './secrets.ts'

/** The owner's password is the owner's to change by SQL, as upstream allows. */
const OWNER = 'postgres'

/** As the foundation makes it (0001, 0002), for an owner who dropped or renamed it. */
const newAuthenticator = [
  'create role authenticator login noinherit',
  'grant anon, authenticated, service_role to authenticator',
  'grant authenticator to supabase_storage_admin',
  'grant authenticator to postgres with admin true, inherit false, set false',
  "alter role authenticator set statement_timeout = '8s'",
  "alter role authenticator set lock_timeout = '8s'",
]

const namesOf = async (pool: Pool): Promise<ReadonlySet<string>> => {
  const roles = await pool.query<{ name: string }>(sql`select rolname::text as name from pg_catalog.pg_roles`)
  return new Set(roles.map(({ name }) => name))
}

/** Sets passwords, and takes back whatever else keeps the platform's roles from logging in. */
export const repairLogins = async (socketDir: string, secrets: Secrets): Promise<void> => {
  // The owner's database may refuse everybody; this one is not the owner's.
  const pool = openSuperuserPool(socketDir, secrets.superuserPassword, secrets.superuser, 'template1')
  try {
    const there = await namesOf(pool)
    const roles = [...secrets.verifiers]
      .filter(([role]) => role !== OWNER && (role === 'authenticator' || there.has(role)))
      .map(
        // A verifier is base64 and `$:=`: nothing in it could end the literal.
        ([role, verifier]) =>
          `alter role ${ident(role).text} login connection limit -1 valid until 'infinity' password '${verifier}'`,
      )
    const statements = [
      'alter database postgres with allow_connections true connection limit -1',
      'alter role plinth_sql set role = postgres',
      ...(there.has('authenticator') ? [] : newAuthenticator),
      ...roles,
    ]
    await pool.session((session) => session.script(statements.join(';')))
  } finally {
    await pool.close()
  }
}
