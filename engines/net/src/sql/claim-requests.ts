// Takes waiting requests, oldest first. What is taken is gone: nothing is sent twice, a crash loses what was on its way.

import { type Queries, sql } from '@plinth/postgres'

export type QueuedRequest = {
  readonly id: number
  readonly method: string
  readonly url: string
  readonly headers: unknown
  readonly body: string | null
  readonly timeoutMs: number
}

export const claimRequests = (queries: Queries, limit: number): Promise<readonly QueuedRequest[]> =>
  queries.query<QueuedRequest>(sql`
    with waiting as (
      select ctid from net.http_request_queue order by id limit ${limit} for update skip locked
    )
    delete from net.http_request_queue as q using waiting where q.ctid = waiting.ctid
    returning q.id, upper(q.method) as method, q.url, q.headers, convert_from(q.body, 'utf8') as body,
      q.timeout_milliseconds as "timeoutMs"`)
