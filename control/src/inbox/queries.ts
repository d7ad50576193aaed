// Letters of a project's inbox, read from the project's own database.

import { type ProjectSqlCall, withProjectSql } from '../database/project-sql.ts'

export type Heading = {
  readonly id: string
  readonly recipient: string
  readonly subject: string
  readonly code: string
  readonly created_at: string
}
export type InboxLetter = Heading & {
  readonly body_text: string
  readonly body_html: string
  readonly link: string
}

const heading = 'l.id::text, recipient, subject, code, created_at::text'

/** The newest first; `before` is the id of the last one of the page before. */
export const listLetters = async (
  call: ProjectSqlCall,
  ref: string,
  { to, before, limit }: { readonly to: string; readonly before: string | undefined; readonly limit: number },
): Promise<readonly Heading[]> =>
  withProjectSql(call, ref, { as: 'platform' }, async (session) => {
    const rows = await session.query(
      `select ${heading} from plinth.inbox l
        where $1 in ('', recipient) and ($2::bigint is null or l.id < $2::bigint) order by l.id desc limit $3`,
      [to, before ?? null, limit],
    )
    // The columns selected above.
    return rows as unknown as readonly Heading[]
  })

export const findLetter = async (
  call: ProjectSqlCall,
  ref: string,
  id: string,
): Promise<InboxLetter | undefined> =>
  withProjectSql(call, ref, { as: 'platform' }, async (session) => {
    const rows = await session.query(
      `select ${heading}, body_text, body_html, link from plinth.inbox l where l.id = $1::bigint`,
      [id],
    )
    return rows[0] as unknown as InboxLetter | undefined
  })
