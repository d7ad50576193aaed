// The owner of a project is no superuser, yet may create these extensions: in the private runtime their
// control files are marked `trusted`. Postgres marks the harmless part of contrib itself (pgcrypto,
// uuid-ossp, pg_trgm, unaccent, citext, hstore, ltree, btree_gin and others).

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Only extensions whose functions neither reach files, programs or the network, nor run the caller's code
 * with the installer's rights. Not here, on purpose: dblink, postgres_fdw, file_fdw, adminpack, pageinspect.
 */
const allowed = [
  'vector',
  'autoinc',
  'bloom',
  'hypopg',
  'insert_username',
  'moddatetime',
  'pg_stat_statements',
  'pgrowlocks',
  'pgstattuple',
  'pgtap',
  'plpgsql_check',
  'postgis',
  'postgis_topology',
  'rum',
]

export const trustExtensions = (shareDir) => {
  for (const name of allowed) {
    const file = join(shareDir, 'extension', `${name}.control`)
    if (!existsSync(file) || /^trusted\s*=\s*true/m.test(readFileSync(file, 'utf8'))) continue
    appendFileSync(file, '\ntrusted = true\n')
  }
}
