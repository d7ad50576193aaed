// The owner of a project is no superuser, yet may create these extensions: in the private runtime their
// control files are marked `trusted`. Postgres marks the harmless part of contrib itself (pgcrypto,
// uuid-ossp, pg_trgm, unaccent, citext, hstore, ltree, btree_gin and others).

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Only extensions whose functions neither reach files, programs or the network, nor run the caller's code
 * with the installer's rights. Not here, on purpose: dblink, postgres_fdw, http, file_fdw, adminpack, pageinspect.
 */
const allowed = [
  'vector',
  'autoinc',
  'bloom',
  'dict_xsyn',
  'hypopg',
  'insert_username',
  'moddatetime',
  'pg_cron',
  'pg_partman',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_walinspect',
  'pgaudit',
  'pgrowlocks',
  'pgstattuple',
  'pgtap',
  'plpgsql_check',
  'postgis',
  'postgis_topology',
  'refint',
  'rum',
  'sslinfo',
]

/** pg_cron takes any schema, as migrations name several: where it ends up is the template's to say. */
const adapt = (name, text) => (name === 'pg_cron' ? text.replace(/^schema\s*=.*$/m, '') : text)

export const trustExtensions = (shareDir) => {
  for (const name of allowed) {
    const file = join(shareDir, 'extension', `${name}.control`)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    if (!/^trusted\s*=\s*true/m.test(text)) writeFileSync(file, `${adapt(name, text)}\ntrusted = true\n`)
  }
}
