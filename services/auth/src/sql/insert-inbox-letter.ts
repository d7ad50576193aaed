// Puts a letter into the project's inbox and lets go of all but the newest thousand.

import { sql } from '@plinth/postgres'
import type { Letter } from '../core/letter.ts'
import type { Db } from '../deps.ts'

export const insertInboxLetter = async (db: Db, letter: Letter, at: string): Promise<void> => {
  const { kind, to, subject, text, html, code, link } = letter
  await db.run(sql`
    with old as (
      delete from plinth.inbox where id <= (select max(id) from plinth.inbox) - 1000
    )
    insert into plinth.inbox (kind, recipient, subject, body_text, body_html, code, link, created_at)
    values (${kind}, ${to}, ${subject}, ${text}, ${html}, ${code}, ${link}, ${at})`)
}
