// What sign-ins and refreshes stand next to: the bare hash, and a bare transaction with the same rows.

import { randomUUID } from 'node:crypto'
import { hashPassword, verifyPassword } from '@plinth/crypto'
import { openPool, sql } from '@plinth/postgres'
import { repeat } from './repeat.ts'

/** Comparisons a second of one password with its bcrypt hash, as every sign-in makes. */
export const bareHashes = async (password: string, lanes: number, seconds: number): Promise<number> => {
  const hash = await hashPassword(password)
  const times = await repeat(lanes, seconds, () => verifyPassword(password, hash))
  return times.length / seconds
}

/** Transactions a second that write what a refresh writes, and read nothing. */
export const bareTransactions = async (
  owner: { readonly socketDir: string; readonly password: string },
  userId: string,
  lanes: number,
  seconds: number,
): Promise<number> => {
  const login = { ...owner, user: 'postgres', database: 'postgres' }
  const pool = openPool({ ...login, size: 10, applicationName: 'bench floor' })
  try {
    const times = await repeat(lanes, seconds, () =>
      pool.transaction(async (db) => {
        const token = randomUUID()
        await Promise.all([
          db.run(sql`insert into auth.audit_log_entries (id, payload, created_at, ip_address)
            values (${randomUUID()}, '{}', now(), '')`),
          db.run(sql`insert into auth.refresh_tokens (token, user_id, revoked, created_at, updated_at)
            values (${token}, ${userId}, false, now(), now())`),
          db.run(sql`update auth.users set updated_at = now() where id = ${userId}`),
        ])
      }),
    )
    return times.length / seconds
  } finally {
    await pool.close()
  }
}
