// A page of the audit trail, newest first, with the number of all entries that match.

import { join, type Statement, sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type AuditRow = {
  readonly id: string
  readonly payload: object
  readonly created_at: string
  readonly ip_address: string
}

export type AuditPage = {
  /** Keys of the payload, one of which must hold the text. */
  readonly keys: readonly string[]
  readonly text: string
  readonly limit: number
  readonly offset: number
}

const matching = ({ keys, text }: AuditPage): Statement => {
  if (keys.length === 0 || text === '') return sql`true`
  const like = `%${text}%`
  return sql`(${join(
    keys.map((key) => sql`payload ->> ${key} ilike ${like}`),
    ' or ',
  )})`
}

type Audited = { readonly entries: readonly AuditRow[]; readonly total: number }

export const listAuditEntries = async (db: Db, page: AuditPage): Promise<Audited> => {
  const entries = await db.query<AuditRow>(sql`
    select id, payload, created_at, ip_address from auth.audit_log_entries
    where ${matching(page)}
    order by created_at desc, id
    limit ${page.limit} offset ${page.offset}`)
  const { total } = await db.one<{ total: number }>(sql`
    select count(*) as total from auth.audit_log_entries where ${matching(page)}`)
  return { entries, total }
}
