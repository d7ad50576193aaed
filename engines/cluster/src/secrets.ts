// The passwords of a branch: set in one batch after the first start, and again whenever they change.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { scramVerifier } from '@plinth/crypto'
import { ident, isDatabaseError, openPool, type Pool } from '@plinth/postgres'
import { readOwnFile } from './own-file.ts'

/** The superuser of every project's cluster; only the platform knows its password. */
export const SUPERUSER = 'supabase_admin'

/** Holds the template's superuser password until the branch has its own. */
export const firstPasswordFile = (dataDir: string): string => join(dataDir, 'plinth-first-password')

/** Passwords by role, made ready while the server starts. */
export type Secrets = {
  readonly verifiers: ReadonlyMap<string, string>
  /** The superuser's password after `setSecrets`. */
  readonly superuserPassword: string
  /** Default: that of a project. */
  readonly superuser?: string
}

type Passwords = Readonly<Record<string, string>> & { readonly supabase_admin: string }

/** Computes what the database stores: 2 ms of processor time a password, so begin before the start. */
export const makeSecrets = async (passwords: Passwords): Promise<Secrets> => {
  const entries = await Promise.all(
    Object.entries(passwords).map(async ([role, password]) => [role, await scramVerifier(password)] as const),
  )
  return { verifiers: new Map(entries), superuserPassword: passwords.supabase_admin }
}

export type SetSecretsOptions = {
  readonly dataDir: string
  readonly socketDir: string
  readonly secrets: Secrets
  /** The superuser's password before; a fresh copy knows its own. */
  readonly currentPassword?: string
}

/**
 * Nobody's schema comes before the system's own: the owner could hide a function there for a superuser to call. Nor does
 * what the owner set for the whole database keep the superuser from its work.
 */
const safeSettings = {
  search_path: 'pg_catalog',
  role: 'none',
  default_transaction_read_only: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  session_replication_role: 'origin',
}

/** A pool of one as the superuser. Statements must name schemas. */
export const openSuperuserPool = (
  socketDir: string,
  password: string,
  user = SUPERUSER,
  database = 'postgres',
): Pool =>
  openPool({ socketDir, password, user, database, size: 1, applicationName: 'plinth', options: safeSettings })

const isWrongPassword = (error: unknown): boolean => isDatabaseError(error) && error.sqlstate === '28P01'

const alterRoles = async (socketDir: string, password: string, secrets: Secrets): Promise<void> => {
  const batch = [...secrets.verifiers].map(
    // A verifier is base64 and `$:=`: nothing in it could end the literal.
    ([role, verifier]) => `alter role ${ident(role).text} password '${verifier}'`,
  )
  const pool = openSuperuserPool(socketDir, password, secrets.superuser)
  try {
    await pool.session((session) => session.script(batch.join(';')))
  } finally {
    await pool.close()
  }
}

/** Sets all passwords in one transaction. Repeated after a crash, it finds its way. */
export const setSecrets = async (options: SetSecretsOptions): Promise<void> => {
  const { dataDir, socketDir, secrets } = options
  const first = await readOwnFile(firstPasswordFile(dataDir))
  const before = first ?? options.currentPassword ?? secrets.superuserPassword
  await alterRoles(socketDir, before, secrets).catch((error) => {
    // An earlier try got through, but was not told so.
    if (!isWrongPassword(error) || before === secrets.superuserPassword) throw error
    return alterRoles(socketDir, secrets.superuserPassword, secrets)
  })
  if (first !== undefined) await rm(firstPasswordFile(dataDir), { force: true })
}
