// Statements on the table `branches`.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { BranchStatus } from './branch-status.ts'
import type { BranchRow } from './rows.ts'

const columns =
  raw(`b.id, b.ref, b.parent_ref, b.name, b.git_branch, b.is_default, b.persistent, b.with_data, b.status,
  b.notify_url, b.sealed_baseline, b.begins_as_copy, b.review_requested_at, b.deletion_scheduled_at, b.created_at, b.updated_at,
  (select p.status from projects p where p.ref = b.ref) as project_status`)

/** Branches of the project, or of the parent of a branch; the default one first, then the oldest. */
export const listBranches = (db: Queries, ref: string): Promise<readonly BranchRow[]> =>
  db.query<BranchRow>(sql`
    select ${columns} from branches b
     where b.parent_ref = coalesce((select parent_ref from projects where ref = ${ref}), ${ref})
     order by b.is_default desc, b.created_at, b.id`)

/** By the ref of its project, or by its id. */
export const findBranch = (db: Queries, refOrId: string): Promise<BranchRow | undefined> =>
  db.maybe<BranchRow>(sql`
    select ${columns} from branches b where b.ref = ${refOrId} or b.id::text = lower(${refOrId})`)

/** Holds the row until the transaction ends. */
export const lockBranch = (db: Queries, id: string): Promise<BranchRow | undefined> =>
  db.maybe<BranchRow>(sql`select ${columns} from branches b where b.id = ${id} for update of b`)

export type NewBranch = Pick<
  BranchRow,
  | 'ref'
  | 'parent_ref'
  | 'name'
  | 'git_branch'
  | 'is_default'
  | 'persistent'
  | 'with_data'
  | 'status'
  | 'notify_url'
>

export const insertBranch = async (db: Queries, branch: NewBranch): Promise<BranchRow> =>
  db.one<BranchRow>(sql`
    insert into branches as b
      (ref, parent_ref, name, git_branch, is_default, persistent, with_data, status, notify_url)
    values (${branch.ref}, ${branch.parent_ref}, ${branch.name}, ${branch.git_branch}, ${branch.is_default},
            ${branch.persistent}, ${branch.with_data}, ${branch.status}, ${branch.notify_url})
    returning ${columns}`)

export type BranchEdit = Pick<
  BranchRow,
  'name' | 'git_branch' | 'persistent' | 'status' | 'notify_url' | 'review_requested_at'
>

/** A persistent branch is not deleted: what was scheduled before is off. */
export const updateBranch = (db: Queries, id: string, edit: BranchEdit): Promise<BranchRow> =>
  db.one<BranchRow>(sql`
    update branches as b
       set name = ${edit.name}, git_branch = ${edit.git_branch}, persistent = ${edit.persistent},
           status = ${edit.status}, notify_url = ${edit.notify_url},
           review_requested_at = ${edit.review_requested_at},
           deletion_scheduled_at = case when not ${edit.persistent} then deletion_scheduled_at end,
           updated_at = now()
     where b.id = ${id} returning ${columns}`)

export const setBranchStatus = async (db: Queries, id: string, status: BranchStatus): Promise<void> => {
  await db.run(sql`update branches set status = ${status}, updated_at = now() where id = ${id}`)
}

export const setBaseline = async (db: Queries, id: string, sealed: string): Promise<void> => {
  await db.run(sql`update branches set sealed_baseline = ${sealed} where id = ${id}`)
}

export const setBeginsAsCopy = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`update branches set begins_as_copy = true where id = ${id}`)
}

export const scheduleDeletion = async (db: Queries, id: string, at: string | null): Promise<void> => {
  await db.run(sql`
    update branches set deletion_scheduled_at = ${at}, updated_at = now() where id = ${id}`)
}

export const listDueDeletions = (db: Queries): Promise<readonly BranchRow[]> =>
  db.query<BranchRow>(sql`select ${columns} from branches b where b.deletion_scheduled_at <= now()`)

export const deleteBranch = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from branches where id = ${id}`)
}
