// Writes down what became of a request.

import { type Queries, sql } from '@plinth/postgres'

export type Outcome = {
  readonly status: number | null
  readonly contentType: string | null
  readonly headers: Readonly<Record<string, string>> | null
  readonly content: string | null
  readonly timedOut: boolean
  readonly error: string | null
}

export const insertResponse = (queries: Queries, id: number, outcome: Outcome): Promise<number> =>
  queries.run(sql`
    insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
    values (${id}, ${outcome.status}, ${outcome.contentType},
      ${outcome.headers === null ? null : JSON.stringify(outcome.headers)}::jsonb, ${outcome.content},
      ${outcome.timedOut}, ${outcome.error})`)
