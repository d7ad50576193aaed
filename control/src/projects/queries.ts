// Statements on the table `projects`.

import { type Queries, raw, type Statement, sql } from '@plinth/postgres'
import type { ProjectStatus } from './project-status.ts'
import type { ProjectRow } from './rows.ts'

const columns =
  raw(`ref, number, organization_id, name, region, size, status, status_reason, postgres_version,
  loopback_port, created_at, parent_ref,
  exists (select from branches b where b.parent_ref = projects.ref) as has_branches`)

export const getProject = (db: Queries, ref: string): Promise<ProjectRow> =>
  db.one<ProjectRow>(sql`select ${columns} from projects where ref = ${ref}`)

export const findProject = (db: Queries, ref: string): Promise<ProjectRow | undefined> =>
  db.maybe<ProjectRow>(sql`select ${columns} from projects where ref = ${ref}`)

/** Holds the row until the transaction ends: changes of one project happen one after the other. */
export const lockProject = (db: Queries, ref: string): Promise<ProjectRow | undefined> =>
  db.maybe<ProjectRow>(sql`select ${columns} from projects where ref = ${ref} for update`)

/** Projects of the account's organizations that are not removed, oldest first; branches are listed by their parents. */
export const listProjects = (db: Queries, accountId: string): Promise<readonly ProjectRow[]> =>
  db.query<ProjectRow>(sql`
    select ${columns} from projects
     where organization_id in (select organization_id from members where account_id = ${accountId})
       and status <> 'REMOVED' and parent_ref is null
     order by number`)

export type ProjectPage = {
  readonly organizationId: string
  readonly search: string | undefined
  readonly statuses: readonly string[]
  readonly sort: 'name_asc' | 'name_desc' | 'created_asc' | 'created_desc'
  readonly limit: number
  readonly offset: number
}

const orders = {
  name_asc: raw('name, number'),
  name_desc: raw('name desc, number'),
  created_asc: raw('number'),
  created_desc: raw('number desc'),
}

const matching = (page: ProjectPage): Statement => sql`
  organization_id = ${page.organizationId} and status <> 'REMOVED'
  and (${page.search ?? null}::text is null or position(lower(${page.search ?? null}) in lower(name)) > 0)
  and (${page.statuses}::text[] = '{}' or status = any(${page.statuses}::text[]))`

export const listProjectPage = async (
  db: Queries,
  page: ProjectPage,
): Promise<{ readonly rows: readonly ProjectRow[]; readonly count: number }> => {
  const rows = await db.query<ProjectRow>(sql`
    select ${columns} from projects where ${matching(page)}
     order by ${orders[page.sort]} limit ${page.limit} offset ${page.offset}`)
  const total = await db.one<{ count: number }>(sql`
    select count(*) as count from projects where ${matching(page)}`)
  return { rows, count: total.count }
}

export const listLiveProjects = (db: Queries): Promise<readonly ProjectRow[]> =>
  db.query<ProjectRow>(sql`select ${columns} from projects where status <> 'REMOVED' order by number`)

export const listTakenPorts = async (db: Queries): Promise<ReadonlySet<number>> => {
  const rows = await db.query<{ loopback_port: number }>(
    sql`select loopback_port from projects where status <> 'REMOVED'`,
  )
  return new Set(rows.map((row) => row.loopback_port))
}

export type NewProject = Pick<
  ProjectRow,
  'ref' | 'organization_id' | 'name' | 'region' | 'size' | 'loopback_port' | 'parent_ref'
>

export const insertProject = (db: Queries, project: NewProject): Promise<ProjectRow> =>
  db.one<ProjectRow>(sql`
    insert into projects (ref, organization_id, name, region, size, loopback_port, parent_ref, status)
    values (${project.ref}, ${project.organization_id}, ${project.name}, ${project.region}, ${project.size},
            ${project.loopback_port}, ${project.parent_ref}, 'COMING_UP')
    returning ${columns}`)

export const renameProject = (db: Queries, ref: string, name: string): Promise<ProjectRow> =>
  db.one<ProjectRow>(sql`
    update projects set name = ${name}, updated_at = now() where ref = ${ref} returning ${columns}`)

export const setStatus = async (
  db: Queries,
  ref: string,
  status: ProjectStatus,
  reason: string | null = null,
): Promise<void> => {
  await db.run(sql`
    update projects set status = ${status}, status_reason = ${reason}, updated_at = now() where ref = ${ref}`)
}

export const setSize = async (db: Queries, ref: string, size: string): Promise<void> => {
  await db.run(sql`update projects set size = ${size}, updated_at = now() where ref = ${ref}`)
}

export const setPostgresVersion = async (db: Queries, ref: string, version: string): Promise<void> => {
  await db.run(sql`update projects set postgres_version = ${version} where ref = ${ref}`)
}
