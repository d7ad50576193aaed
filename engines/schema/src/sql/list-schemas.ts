// Which of the wanted schemas exist and may be looked into.

import { type Statement, sql } from '@plinth/postgres'

/** Answers `{ name }`. */
export const listSchemas = (schemas: readonly string[]): Statement => sql`
  select nspname as name
  from pg_namespace
  where nspname = any(${schemas}::text[])
    and not starts_with(nspname, 'pg_')
    and (pg_has_role(nspowner, 'usage') or has_schema_privilege(oid, 'create, usage'))`
