// The server's version, whether PostGIS is there, and the comments of the exposed schemas.

import { type Statement, sql } from '@plinth/postgres'

export type ServerRow = {
  readonly version: number
  readonly hasPostgis: boolean
  readonly schemaComments: Readonly<Record<string, string>>
}

/** Answers one `ServerRow`. */
export const getServer = (schemas: readonly string[]): Statement => sql`
  select
    current_setting('server_version_num')::integer as version,
    exists (select from pg_extension where extname = 'postgis') as "hasPostgis",
    (
      select coalesce(json_object_agg(n.nspname, d.description), '{}')
      from pg_namespace n
      join pg_description d on d.objoid = n.oid and d.classoid = 'pg_namespace'::regclass
      where n.nspname = any(${schemas}::text[])
    ) as "schemaComments"`
