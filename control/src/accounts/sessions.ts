// Sessions of browsers: who has signed in on the pages. Only digests of what the cookies carry are kept.

import { randomBytes } from 'node:crypto'
import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'

export const sessionHours = 12

export type Person = { readonly id: string; readonly email: string; readonly username: string }

/** Answers what the cookie shall carry. */
export const openSession = async (db: Queries, accountId: string): Promise<string> => {
  const secret = randomBytes(32).toString('base64url')
  await db.run(sql`delete from browser_sessions where expires_at < now()`)
  await db.run(sql`
    insert into browser_sessions (hash, account_id, expires_at)
    values (${sha256Base64Url(secret)}, ${accountId}, now() + make_interval(hours => ${sessionHours}))`)
  return secret
}

export const findPerson = (db: Queries, secret: string): Promise<Person | undefined> =>
  db.maybe<Person>(sql`
    select a.id, a.email, a.username
      from browser_sessions s join accounts a on a.id = s.account_id
     where s.hash = ${sha256Base64Url(secret)} and s.expires_at > now()`)

export const closeSession = async (db: Queries, secret: string): Promise<void> => {
  await db.run(sql`delete from browser_sessions where hash = ${sha256Base64Url(secret)}`)
}

export const endSessions = async (db: Queries, accountId: string): Promise<void> => {
  await db.run(sql`delete from browser_sessions where account_id = ${accountId}`)
}
