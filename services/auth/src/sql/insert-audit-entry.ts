// Adds a line to the audit trail.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type AuditEntry = { readonly id: string; readonly at: string; readonly ip: string; readonly payload: object }

export const insertAuditEntry = async (db: Db, { id, at, ip, payload }: AuditEntry): Promise<void> => {
  await db.run(sql`
    insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
    values ('00000000-0000-0000-0000-000000000000', ${id}, ${{ json: payload }}, ${at}, ${ip})`)
}
