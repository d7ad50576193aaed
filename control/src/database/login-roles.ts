// Short-lived database roles for tools that connect by themselves (the CLI). Only here does the control plane act
// as the superuser: `postgres` cannot make others members of itself. The statements are ours, names are looked up
// in pg_catalog alone, and no code of the owner runs in them.

import { randomBytes } from 'node:crypto'
import { newPassword, scramVerifier } from '@plinth/crypto'
import pg from 'pg'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { withProjectSql } from './project-sql.ts'
import type { SqlSession } from './sql-session.ts'

const lifetimeSeconds = 900
const platform = { as: 'platform', searchPath: '' } as const

/** What such a role made belongs to the owner afterwards. */
const dropRole = async (session: SqlSession, role: string): Promise<void> => {
  const name = pg.escapeIdentifier(role)
  await session.script(`reassign owned by ${name} to postgres; drop owned by ${name}; drop role ${name}`)
}

const listRoles = async (session: SqlSession, condition: string): Promise<readonly string[]> => {
  const rows = await session.query(
    `select rolname as name from pg_roles where rolname ~ '^cli_login_[0-9a-f]{16}$' and ${condition}`,
    [],
  )
  return rows.map(({ name }) => String(name))
}

const dropRoles = async (session: SqlSession, condition: string): Promise<void> => {
  for (const role of await listRoles(session, condition)) await dropRole(session, role)
}

const path = '/v1/projects/:ref/cli/login-role'

export const createLoginRole = operation({
  name: 'database.login-role-create',
  about: 'Makes a database role that may log in for a quarter of an hour.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-login-role', tag: 'Database' },
  scope: onProject('database_write'),
  input: z.object({ ...byRef, read_only: z.boolean() }),
  output: z.object({ role: z.string(), password: z.string(), ttl_seconds: z.int() }),
  run: (call, { ref, read_only }) =>
    withProjectSql(call, ref, platform, async (session) => {
      // One whose time is further off than any was given was made before the clock was set back.
      await dropRoles(
        session,
        `rolvaliduntil not between now() and now() + interval '${lifetimeSeconds + 60} seconds'`,
      )
      const role = `cli_login_${randomBytes(8).toString('hex')}`
      const password = newPassword()
      const until = new Date(Date.now() + lifetimeSeconds * 1000).toISOString()
      const verifier = await scramVerifier(password)
      const group = read_only ? 'supabase_read_only_user' : 'postgres'
      await session.script(
        `create role ${role} login password '${verifier}' valid until '${until}' in role ${group}`,
      )
      return { role, password, ttl_seconds: lifetimeSeconds }
    }),
})

export const removeLoginRoles = operation({
  name: 'database.login-roles-remove',
  about: 'Removes all roles made for tools.',
  rest: { method: 'DELETE', path, status: 200, id: 'v1-delete-login-roles', tag: 'Database' },
  scope: onProject('database_write'),
  input: z.object(byRef),
  output: z.object({ message: z.literal('ok') }),
  run: (call, { ref }) =>
    withProjectSql(call, ref, platform, async (session) => {
      await dropRoles(session, 'true')
      return { message: 'ok' as const }
    }),
})
