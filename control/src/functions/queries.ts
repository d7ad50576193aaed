// Statements on the tables of functions.

import { type Queries, raw, sql } from '@plinth/postgres'
import type { Deployed, FunctionRow, VersionRow } from './rows.ts'

const columns = raw('id, slug, name, status, version, created_at, updated_at')
const versionColumns = raw(
  `function_id, version, name, verify_jwt, entrypoint_path, import_map_path, digest, kind, files`,
)

export const findFunction = (db: Queries, ref: string, slug: string): Promise<FunctionRow | undefined> =>
  db.maybe<FunctionRow>(sql`select ${columns} from functions where ref = ${ref} and slug = ${slug}`)

export const ensureFunction = async (
  db: Queries,
  ref: string,
  slug: string,
  name: string,
): Promise<FunctionRow> => {
  await db.run(sql`
    insert into functions (ref, slug, name) values (${ref}, ${slug}, ${name}) on conflict do nothing`)
  return db.one<FunctionRow>(sql`
    select ${columns} from functions where ref = ${ref} and slug = ${slug} for update`)
}

export const removeFunction = async (db: Queries, id: string): Promise<void> => {
  await db.run(sql`delete from functions where id = ${id}`)
}

export const findVersion = (db: Queries, id: string, version: number): Promise<VersionRow | undefined> =>
  db.maybe<VersionRow>(sql`
    select ${versionColumns} from function_versions where function_id = ${id} and version = ${version}`)

export const nextVersion = async (db: Queries, fn: FunctionRow): Promise<number> => {
  const { highest } = await db.one<{ highest: number }>(sql`
    select coalesce(max(version), 0) as highest from function_versions where function_id = ${fn.id}`)
  return Math.max(highest, fn.version) + 1
}

export const insertVersion = async (db: Queries, row: VersionRow): Promise<void> => {
  await db.run(sql`
    insert into function_versions (${versionColumns})
    values (${row.function_id}, ${row.version}, ${row.name}, ${row.verify_jwt}, ${row.entrypoint_path},
            ${row.import_map_path}, ${row.digest}, ${row.kind}, ${{ json: row.files }})`)
}

export type VersionEdit = Pick<VersionRow, 'name' | 'verify_jwt'>

export const updateVersion = async (
  db: Queries,
  id: string,
  version: number,
  edit: VersionEdit,
): Promise<void> => {
  await db.run(sql`
    update function_versions set name = ${edit.name}, verify_jwt = ${edit.verify_jwt}
     where function_id = ${id} and version = ${version}`)
}

/** From now on this version answers; older ones are forgotten. */
export const activate = async (db: Queries, version: VersionRow): Promise<FunctionRow> => {
  const { function_id: id } = version
  await db.run(sql`
    delete from function_versions where function_id = ${id} and version < ${version.version}`)
  return db.one<FunctionRow>(sql`
    update functions set version = ${version.version}, name = ${version.name}, status = 'ACTIVE', updated_at = now()
     where id = ${id} returning ${columns}`)
}

type JoinedRow = FunctionRow & { readonly active: VersionRow }

/** Every function that answers, oldest first. */
export const listDeployed = async (db: Queries, ref: string): Promise<readonly Deployed[]> => {
  const rows = await db.query<JoinedRow>(sql`
    select f.id, f.slug, f.name, f.status, f.version, f.created_at, f.updated_at, to_jsonb(v) as active
      from functions f join function_versions v on v.function_id = f.id and v.version = f.version
     where f.ref = ${ref} order by f.created_at, f.slug`)
  return rows.map(({ active, ...fn }) => ({ fn, version: active }))
}

export const putFile = async (
  db: Queries,
  ref: string,
  digest: string,
  content: Uint8Array,
): Promise<void> => {
  await db.run(sql`
    insert into function_files (ref, digest, content) values (${ref}, ${digest}, ${content})
    on conflict do nothing`)
}

/** By digest. */
export const readFilesOf = async (
  db: Queries,
  ref: string,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const rows = await db.query<{ digest: string; content: Uint8Array }>(sql`
    select digest, content from function_files where ref = ${ref} and digest = any(${digests}::text[])`)
  return new Map(rows.map(({ digest, content }) => [digest, content]))
}

/** Drops content that no version names any more. */
export const sweepFiles = async (db: Queries, ref: string): Promise<void> => {
  await db.run(sql`
    delete from function_files k
     where k.ref = ${ref} and not exists (
       select 1 from functions f
         join function_versions v on v.function_id = f.id
        cross join lateral jsonb_to_recordset(v.files) as file (digest text)
        where f.ref = k.ref and file.digest = k.digest)`)
}
