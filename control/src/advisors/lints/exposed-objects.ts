// Lints about what the API shows, and about functions and extensions that reach further than they look.

import type { SqlLint } from '../lint.ts'
import { isExposed, isReadable, notOfExtension, ownSchema, policies, relations } from './parts.ts'

const category = 'SECURITY'

/** Views read as their owner unless they say otherwise. */
const readsAsOwner = `not exists (
    select 1 from unnest(coalesce(c.reloptions, '{}')) as o (text) where o.text ~* '^security_invoker=(true|on|1|yes)$')`

const ofKind = (kind: string, name: string, type: string, page: string): SqlLint => ({
  name,
  title: `${type.replace(/^./, (letter) => letter.toUpperCase())} in API`,
  level: 'WARN',
  category,
  description: `Identifies ${type}s that the API shows: row security does not hold for them.`,
  page,
  query: `
    select n.nspname as schema_name, c.relname as entity, '${type}' as type,
           format('${type.replace(/^./, (letter) => letter.toUpperCase())} \`%s.%s\` is selectable by anon or authenticated roles.', n.nspname, c.relname) as detail
      from ${relations}
     where ${isExposed} and c.relkind = '${kind}' and ${isReadable('c.oid')} and ${notOfExtension('c.oid', 'pg_class')}
     order by 1, 2`,
})

const graphql = (role: 'anon' | 'authenticated', page: string): SqlLint => ({
  name: `pg_graphql_${role}_table_exposed`,
  title: `GraphQL shows tables to ${role}`,
  level: 'WARN',
  category,
  description: `Identifies tables whose existence GraphQL shows to the role ${role}.`,
  page,
  query: `
    select n.nspname as schema_name, c.relname as entity, 'table' as type,
           format('Table \`%s.%s\` can be seen by the role ${role} through the GraphQL schema.', n.nspname, c.relname) as detail
      from ${relations}
     where ${isExposed} and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchema}
       and exists (select 1 from pg_extension x where x.extname = 'pg_graphql')
       and has_table_privilege('${role}', c.oid, 'select')
     order by 1, 2`,
})

const definer = (role: 'anon' | 'authenticated', page: string): SqlLint => ({
  name: `${role}_security_definer_function_executable`,
  title: `Security definer function executable by ${role}`,
  level: 'WARN',
  category,
  description: `Identifies functions that run as their owner and that the role ${role} may call through the API.`,
  page,
  query: `
    select n.nspname as schema_name, f.proname as entity, 'function' as type,
           md5(pg_get_function_identity_arguments(f.oid)) as key,
           format('Function \`%s.%s(%s)\` runs with the rights of its owner and can be called by the role ${role}.',
                  n.nspname, f.proname, pg_get_function_identity_arguments(f.oid)) as detail
      from pg_proc f join pg_namespace n on n.oid = f.pronamespace
     where ${isExposed} and f.prosecdef and f.prokind in ('f', 'p') and f.prorettype <> 'trigger'::regtype
       and has_function_privilege('${role}', f.oid, 'execute') and ${notOfExtension('f.oid', 'pg_proc')}
     order by 1, 2, 4`,
})

export const exposureLints: readonly SqlLint[] = [
  {
    name: 'auth_users_exposed',
    title: 'Exposed Auth Users',
    level: 'ERROR',
    category,
    description: 'Identifies views that show auth.users to requests with a key.',
    page: '0002_auth_users_exposed',
    query: `
      with recursive reader as (
        select r.ev_class as oid from pg_depend d join pg_rewrite r on r.oid = d.objid
         where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
           and d.refobjid = to_regclass('auth.users') and r.ev_class <> d.refobjid
        union
        select r.ev_class from reader join pg_depend d on d.refobjid = reader.oid
          join pg_rewrite r on r.oid = d.objid and r.ev_class <> reader.oid
         where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass)
      select n.nspname as schema_name, c.relname as entity, 'view' as type,
             format('View/Materialized View "%s" in the %s schema may expose \`auth.users\` data to anon or authenticated roles.', c.relname, n.nspname) as detail
        from reader join pg_class c on c.oid = reader.oid join pg_namespace n on n.oid = c.relnamespace
       where ${isExposed} and c.relkind in ('v', 'm') and ${isReadable('c.oid')} and ${readsAsOwner}
       order by 1, 2`,
  },
  {
    name: 'security_definer_view',
    title: 'Security Definer View',
    level: 'ERROR',
    category,
    description: 'Identifies views that read with the rights of their owner and so pass row security by.',
    page: '0010_security_definer_view',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'view' as type,
             format('View \`%s.%s\` is defined with the SECURITY DEFINER property', n.nspname, c.relname) as detail
        from ${relations}
       where ${isExposed} and c.relkind = 'v' and ${isReadable('c.oid')} and ${readsAsOwner}
         and ${notOfExtension('c.oid', 'pg_class')}
       order by 1, 2`,
  },
  {
    name: 'function_search_path_mutable',
    title: 'Function Search Path Mutable',
    level: 'WARN',
    category,
    description: 'Identifies functions whose names mean what the caller’s search path makes of them.',
    page: '0011_function_search_path_mutable',
    query: `
      select n.nspname as schema_name, f.proname as entity, 'function' as type, md5(f.prosrc) as key,
             format('Function \`%s.%s\` has a role mutable search_path', n.nspname, f.proname) as detail
        from pg_proc f join pg_namespace n on n.oid = f.pronamespace
        join pg_language l on l.oid = f.prolang
       where ${ownSchema} and f.prokind in ('f', 'p', 'w') and l.lanname not in ('c', 'internal')
         and ${notOfExtension('f.oid', 'pg_proc')}
         and not exists (select 1 from unnest(coalesce(f.proconfig, '{}')) as o (text) where o.text ~ '^search_path=')
       order by 1, 2, 4`,
  },
  {
    name: 'extension_in_public',
    title: 'Extension in Public',
    level: 'WARN',
    category,
    description: 'Identifies extensions whose functions the API shows because they are installed in public.',
    page: '0014_extension_in_public',
    query: `
      select n.nspname as schema_name, x.extname as entity, 'extension' as type,
             format('Extension \`%s\` is installed in the public schema. Move it to another schema.', x.extname) as detail
        from pg_extension x join pg_namespace n on n.oid = x.extnamespace
       where n.nspname = 'public'
       order by 2`,
  },
  ofKind('m', 'materialized_view_in_api', 'materialized view', '0016_materialized_view_in_api'),
  ofKind('f', 'foreign_table_in_api', 'foreign table', '0017_foreign_table_in_api'),
  {
    name: 'unsupported_reg_types',
    title: 'Unsupported reg types',
    level: 'WARN',
    category,
    description: 'Identifies columns of types that cannot be carried over by an upgrade of Postgres.',
    page: '0018_unsupported_reg_types',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, a.attname as key,
             format('Table \`%s.%s\` has a column \`%s\` with unsupported reg* type \`%s\`.', n.nspname, c.relname,
                    a.attname, format_type(a.atttypid, null)) as detail
        from ${relations} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relkind in ('r', 'p') and ${ownSchema} and a.atttypid = any (array['regcollation', 'regconfig',
             'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure']::regtype[]::oid[])
       order by 1, 2, 4`,
  },
  {
    name: 'fkey_to_auth_unique',
    title: 'Foreign Key to Auth Unique Constraint',
    level: 'ERROR',
    category,
    description: 'Identifies foreign keys to unique columns of the auth schema other than its primary keys.',
    page: '0021_fkey_to_auth_unique',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, k.conname as key,
             format('Table \`%s.%s\` has a foreign key \`%s\` to a unique constraint of the auth schema, which may change; reference a primary key.',
                    n.nspname, c.relname, k.conname) as detail,
             jsonb_build_object('fkey_name', k.conname) as more
        from ${relations} join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
        join pg_class target on target.oid = k.confrelid
        join pg_index i on i.indexrelid = k.conindid
       where target.relnamespace = to_regnamespace('auth') and not i.indisprimary and n.nspname <> 'auth'
       order by 1, 2, 4`,
  },
  {
    name: 'extension_versions_outdated',
    title: 'Extension Versions Outdated',
    level: 'WARN',
    category,
    description: 'Identifies extensions of which a newer version is installed on the server.',
    page: '0022_extension_versions_outdated',
    query: `
      select null as schema_name, x.extname as entity, 'extension' as type, x.extversion as key,
             format('Extension \`%s\` is at version %s; version %s is available. Run: alter extension %I update.',
                    x.extname, x.extversion, a.default_version, x.extname) as detail,
             jsonb_build_object('installed_version', x.extversion, 'default_version', a.default_version) as more
        from pg_extension x join pg_available_extensions a on a.name = x.extname
       where a.default_version is distinct from x.extversion
       order by 2`,
  },
  {
    name: 'public_bucket_allows_listing',
    title: 'Public Bucket Allows Listing',
    level: 'WARN',
    category,
    description: 'Identifies public buckets whose files anybody can list, not only fetch by name.',
    page: '0025_public_bucket_allows_listing',
    query: `
      select 'storage' as schema_name, b.name as entity, 'table' as type, p.polname as key,
             format('Public bucket \`%s\` has a policy \`%s\` on storage.objects that lets everybody list its files.', b.name, p.polname) as detail,
             jsonb_build_object('bucket_id', b.id) as more
        from storage.buckets b cross join ${policies}
       where b.public and p.polrelid = to_regclass('storage.objects') and p.polpermissive and p.polcmd in ('r', '*')
         and (0 = any (p.polroles) or exists (select 1 from pg_roles r
               where r.oid = any (p.polroles) and r.rolname in ('anon', 'authenticated')))
         and (p.qual = 'true' or p.qual = format('(bucket_id = %L::text)', b.id))
       order by 2, 4`,
  },
  graphql('anon', '0026_pg_graphql_anon_table_exposed'),
  graphql('authenticated', '0027_pg_graphql_authenticated_table_exposed'),
  definer('anon', '0028_anon_security_definer_function_executable'),
  definer('authenticated', '0029_authenticated_security_definer_function_executable'),
]
