// The newest letters of the project's inbox, of one recipient or of all. Index: inbox_recipient_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type InboxRow = {
  readonly id: number
  readonly kind: string
  readonly recipient: string
  readonly subject: string
  readonly body_text: string
  readonly body_html: string
  readonly code: string
  readonly link: string
  readonly created_at: string
}

export const listInbox = (db: Db, recipient: string, limit: number): Promise<readonly InboxRow[]> =>
  db.query<InboxRow>(sql`
    select id, kind, recipient, subject, body_text, body_html, code, link, created_at
    from plinth.inbox
    where ${recipient} in ('', recipient)
    order by id desc
    limit ${limit}`)
