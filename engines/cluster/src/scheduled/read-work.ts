// What a running branch still has to do by itself: jobs of `cron`, requests of `net`. Asked as the owner, never as the
// superuser: where these extensions are not installed, the owner may have put anything under their names.

import { SENDING_LOCK } from '@plinth/contracts'
import { openPool, sql } from '@plinth/postgres'

export type WorkSource = { readonly socketDir: string; readonly user: string; readonly password: string }

export type Work = {
  /** A job runs, or a request waits or is on its way. */
  readonly isWorking: boolean
  /** Schedules of the jobs that are active. */
  readonly schedules: readonly string[]
}

/** Jobs tell what they did for so long. */
const KEEP_DETAILS = '30 days'

/** Asks within seconds or fails. Forgets what jobs did long ago. */
export const readWork = async (source: WorkSource): Promise<Work> => {
  const pool = openPool({
    ...source,
    database: 'postgres',
    size: 1,
    applicationName: 'plinth',
    options: { statement_timeout: '3s', lock_timeout: '1s', search_path: 'pg_catalog' },
  })
  try {
    const has = await pool.one<{ cron: boolean; net: boolean; sending: boolean }>(sql`
      select to_regclass('cron.job') is not null and to_regclass('cron.job_run_details') is not null as cron,
        to_regclass('net.http_request_queue') is not null as net,
        exists (select from pg_locks where locktype = 'advisory' and objid = ${SENDING_LOCK} and granted) as sending`)
    const waiting = has.net && (await pool.query(sql`select from net.http_request_queue limit 1`)).length > 0
    if (!has.cron) return { isWorking: has.sending || waiting, schedules: [] }
    await pool.run(sql`delete from cron.job_run_details where end_time < now() - ${KEEP_DETAILS}::interval`)
    const running = await pool.query(
      sql`select from cron.job_run_details where status in ('starting', 'running', 'sending', 'connecting') limit 1`,
    )
    const jobs = await pool.query<{ schedule: string }>(
      sql`select distinct schedule from cron.job where active limit 10000`,
    )
    return {
      isWorking: has.sending || waiting || running.length > 0,
      schedules: jobs.map(({ schedule }) => schedule),
    }
  } finally {
    await pool.close()
  }
}
