// Statements on the table `action_runs`.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { RunStatus } from './branch-status.ts'
import type { BranchRow, RunKind, RunRow, Step } from './rows.ts'

const columns = raw(`r.id, r.kind, r.branch_id, r.branch_ref, r.parent_ref, r.target_ref, r.status, r.steps,
  r.migration_version, r.sealed_history, r.failure, r.created_at, r.updated_at`)

export type NewRun = {
  readonly kind: RunKind
  readonly steps: readonly Step[]
  /** The last migration that counts. */
  readonly version?: string | undefined
}

/** A branch has one run at a time: another one breaks `action_runs_open`. */
export const insertRun = (
  db: Queries,
  branch: BranchRow,
  { kind, steps, version }: NewRun,
): Promise<RunRow> =>
  db.one<RunRow>(sql`
    insert into action_runs as r (kind, branch_id, branch_ref, parent_ref, target_ref, steps, migration_version)
    values (${kind}, ${branch.id}, ${branch.ref}, ${branch.parent_ref},
            ${kind === 'merge' ? branch.parent_ref : branch.ref}, ${{ json: steps }}, ${version ?? null})
    returning ${columns}`)

export const findOpenRun = (db: Queries, branchId: string): Promise<RunRow | undefined> =>
  db.maybe<RunRow>(sql`
    select ${columns} from action_runs r where r.branch_id = ${branchId} and r.status in ('waiting', 'running')`)

/** The oldest that waits and whose database no other run changes now; from now on it is running. */
/** A run that is not over and changes the database of this project, or is one of this branch. */
export const findRunOn = (db: Queries, ref: string): Promise<RunRow | undefined> =>
  db.maybe<RunRow>(sql`
    select ${columns} from action_runs r
     where ${ref} in (r.target_ref, r.branch_ref) and r.status in ('waiting', 'running')
     order by r.number limit 1`)

export const claimRun = (db: Queries): Promise<RunRow | undefined> =>
  db.maybe<RunRow>(sql`
    update action_runs as r set status = 'running', updated_at = now()
     where r.id = (
       select w.id from action_runs w
        where w.status = 'waiting'
          and not exists (select from action_runs o where o.status = 'running' and o.target_ref = w.target_ref)
        order by w.number limit 1 for update skip locked)
    returning ${columns}`)

export const listRunning = (db: Queries): Promise<readonly RunRow[]> =>
  db.query<RunRow>(sql`select ${columns} from action_runs r where r.status = 'running' order by r.number`)

export type RunEdit = {
  readonly status: RunStatus
  readonly steps: readonly Step[]
  readonly failure?: string | null
}

/** Whether the run was still going on: one whose branch was deleted has been ended by others. */
export const updateRun = async (db: Queries, id: string, edit: RunEdit): Promise<boolean> =>
  (await db.run(sql`
    update action_runs
       set status = ${edit.status}, steps = ${{ json: edit.steps }}, failure = ${edit.failure ?? null},
           sealed_history = case when ${edit.status} in ('done', 'failed') then null else sealed_history end,
           updated_at = now()
     where id = ${id} and status in ('waiting', 'running')`)) > 0

export const setSteps = async (db: Queries, id: string, steps: readonly Step[]): Promise<void> => {
  await db.run(sql`
    update action_runs set steps = ${{ json: steps }}, updated_at = now() where id = ${id}`)
}

export const addLog = async (db: Queries, id: string, line: string): Promise<void> => {
  await db.run(sql`update action_runs set logs = logs || ${`${line}\n`} where id = ${id}`)
}

export const setHistory = async (db: Queries, id: string, sealed: string): Promise<void> => {
  await db.run(sql`update action_runs set sealed_history = ${sealed} where id = ${id}`)
}

/** Runs of the project itself or, for a parent, of all its branches. */
const about = (ref: string) => sql`(r.branch_ref = ${ref} or r.parent_ref = ${ref})`

export const countRuns = async (db: Queries, ref: string): Promise<number> =>
  (await db.one<{ count: number }>(sql`select count(*) as count from action_runs r where ${about(ref)}`))
    .count

/** Newest first. */
export const listRuns = (
  db: Queries,
  ref: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly RunRow[]> =>
  db.query<RunRow>(sql`
    select ${columns} from action_runs r where ${about(ref)}
     order by r.number desc limit ${limit} offset ${offset}`)

export const findRun = (db: Queries, ref: string, id: string): Promise<RunRow | undefined> =>
  db.maybe<RunRow>(sql`select ${columns} from action_runs r where ${about(ref)} and r.id::text = ${id}`)

export const readLogs = async (db: Queries, id: string): Promise<string> =>
  (await db.one<{ logs: string }>(sql`select logs from action_runs where id = ${id}`)).logs

export const setNoticeDue = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`update action_runs set notice = 'due', notice_at = now() where id = ${id}`)
}

export type DueNotice = RunRow & { readonly notice_attempts: number; readonly notify_url: string | null }

export const listDueNotices = (db: Queries): Promise<readonly DueNotice[]> =>
  db.query<DueNotice>(sql`
    select ${columns}, r.notice_attempts, b.notify_url
      from action_runs r left join branches b on b.id = r.branch_id
     where r.notice = 'due' and r.notice_at <= now() order by r.number limit 20`)

export type NoticeEdit = { readonly notice: 'due' | 'sent' | 'given_up'; readonly waitSeconds: number }

export const setNotice = async (db: Queries, id: string, edit: NoticeEdit): Promise<void> => {
  await db.run(sql`
    update action_runs
       set notice = ${edit.notice}, notice_attempts = notice_attempts + 1,
           notice_at = now() + make_interval(secs => ${edit.waitSeconds})
     where id = ${id}`)
}
