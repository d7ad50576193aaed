// The owner of a project is no superuser, yet may create these extensions: in the private runtime their
// control files are marked `trusted`. Postgres marks the harmless part of contrib itself (pgcrypto,
// uuid-ossp, pg_trgm, unaccent, citext, hstore, ltree, btree_gin and others).

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
  'earthdistance',
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

/**
 * The only script of these that calls a function while it is run as the superuser: by a name that the owner of the schema
 * may have overloaded, and that function looks at relations where a temporary one comes first.
 */
const unsafe = {
  postgis_topology: [
    [
      "SELECT topology.AddToSearchPath('topology');",
      "SELECT topology.AddToSearchPath('topology'::pg_catalog.varchar);",
    ],
    ['SET search_path = pg_catalog -- make safe', 'SET search_path = pg_catalog, pg_temp'],
  ],
}

/** The script as it may be run; `undefined` when it is not the one we know. */
export const mend = (name, script) =>
  (unsafe[name] ?? []).reduce((text, [was, is]) => {
    if (text?.includes(is)) return text
    return text?.includes(was) ? text.replace(was, is) : undefined
  }, script)

const mendScripts = (folder, name) => {
  if (!(name in unsafe)) return true
  const scripts = readdirSync(folder).filter(
    (file) => file.startsWith(`${name}--`) && /--\d.*\.sql$/.test(file),
  )
  return scripts.every((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const mended = mend(name, text)
    if (mended !== undefined && mended !== text) writeFileSync(join(folder, file), mended)
    return mended !== undefined
  })
}

/** Done again, it changes nothing. */
export const trustExtensions = (shareDir) => {
  const folder = join(shareDir, 'extension')
  for (const name of allowed) {
    const file = join(folder, `${name}.control`)
    if (!existsSync(file)) continue
    const text = adapt(name, readFileSync(file, 'utf8').replace(/^trusted\s*=.*\n?/gm, ''))
    const isTrusted = mendScripts(folder, name)
    writeFileSync(file, isTrusted ? `${text.trimEnd()}\ntrusted = true\n` : text)
  }
}
