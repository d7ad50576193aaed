// Lints about row security: tables without it, policies that do nothing, too much, or too slowly.

import type { SqlLint } from '../lint.ts'
import { isExposed, isReadable, notOfExtension, ownSchema, ownTables, policies, relations } from './parts.ts'

const hasPolicies = 'exists (select 1 from pg_policy p where p.polrelid = c.oid)'

/** A call for every row, which the planner makes once when it stands in a sub-select. */
const slowCalls = (column: string): string => `
  regexp_replace(lower(${column}), 'select\\s+\\(*(auth\\.(uid|jwt|role|email)\\(\\)|current_setting\\([^)]*\\))', '', 'g')
    ~ '(auth\\.(uid|jwt|role|email)\\(\\)|current_setting\\()'`

export const rowSecurityLints: readonly SqlLint[] = [
  {
    name: 'auth_rls_initplan',
    title: 'Auth RLS Initialization Plan',
    level: 'WARN',
    category: 'PERFORMANCE',
    description: 'Identifies policies that call auth functions or current_setting() for every row.',
    page: '0003_auth_rls_initplan',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, p.polname as key,
             format('Table \`%s.%s\` has a row level security policy \`%s\` that re-evaluates current_setting() or auth.<function>() for each row. Replace \`auth.<function>()\` with \`(select auth.<function>())\`.',
                    n.nspname, c.relname, p.polname) as detail
        from ${policies}
       where ${ownSchema} and (${slowCalls('p.qual')} or ${slowCalls('p.with_check')})
       order by 1, 2, 4`,
  },
  {
    name: 'multiple_permissive_policies',
    title: 'Multiple Permissive Policies',
    level: 'WARN',
    category: 'PERFORMANCE',
    description:
      'Identifies tables with several permissive policies for one role and action: each of them runs.',
    page: '0006_multiple_permissive_policies',
    query: `
      with policy as (
        select p.polrelid, p.polname, p.polroles, unnest(case p.polcmd
                 when 'r' then '{SELECT}' when 'a' then '{INSERT}' when 'w' then '{UPDATE}' when 'd' then '{DELETE}'
                 else '{SELECT,INSERT,UPDATE,DELETE}' end::text[]) as act
          from pg_policy p where p.polpermissive),
      role as (
        select distinct polrelid, unnest(polroles) as oid from policy)
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('%s_%s', coalesce(r.rolname, 'public'), p.act) as key,
             format('Table \`%s.%s\` has multiple permissive policies for role \`%s\` for action \`%s\`. Policies include \`%s\`.',
                    n.nspname, c.relname, coalesce(r.rolname, 'public'), p.act,
                    array_agg(p.polname order by p.polname)) as detail
        from policy p
        join role on role.polrelid = p.polrelid and (role.oid = any (p.polroles) or 0 = any (p.polroles))
        left join pg_roles r on r.oid = role.oid
        join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
       where ${ownSchema}
       group by n.nspname, c.relname, r.rolname, p.act
      having count(*) > 1
       order by 1, 2, 4`,
  },
  {
    name: 'policy_exists_rls_disabled',
    title: 'Policy Exists RLS Disabled',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'Identifies tables that have policies but do not enforce them.',
    page: '0007_policy_exists_rls_disabled',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` has RLS policies but RLS is not enabled on the table. Policies include %s.',
                    n.nspname, c.relname,
                    (select array_agg(p.polname order by p.polname) from pg_policy p where p.polrelid = c.oid)) as detail
        from ${relations}
       where ${ownTables} and not c.relrowsecurity and ${hasPolicies}
       order by 1, 2`,
  },
  {
    name: 'rls_enabled_no_policy',
    title: 'RLS Enabled No Policy',
    level: 'INFO',
    category: 'SECURITY',
    description: 'Identifies tables with row security and no policy: nobody but their owner sees a row.',
    page: '0008_rls_enabled_no_policy',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` has RLS enabled, but no policies exist.', n.nspname, c.relname) as detail
        from ${relations}
       where ${ownTables} and c.relrowsecurity and not ${hasPolicies}
       order by 1, 2`,
  },
  {
    name: 'rls_disabled_in_public',
    title: 'RLS Disabled in Public',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'Identifies tables that the API shows and that do not enforce row security.',
    page: '0013_rls_disabled_in_public',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` is public, but RLS has not been enabled.', n.nspname, c.relname) as detail
        from ${relations}
       where ${isExposed} and ${ownTables} and not c.relrowsecurity and ${isReadable('c.oid')}
       order by 1, 2`,
  },
  {
    name: 'rls_references_user_metadata',
    title: 'RLS references user metadata',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'Identifies policies that trust user_metadata, which users can change themselves.',
    page: '0015_rls_references_user_metadata',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, p.polname as key,
             format('Table \`%s.%s\` has a row level security policy \`%s\` that references Supabase Auth \`user_metadata\`. \`user_metadata\` is editable by end users and should never be used in a security context.',
                    n.nspname, c.relname, p.polname) as detail
        from ${policies}
       where ${ownSchema} and p.qual || ' ' || p.with_check ~ 'user_metadata'
         and p.qual || ' ' || p.with_check ~ '(auth\\.jwt\\(\\)|request\\.jwt)'
       order by 1, 2, 4`,
  },
  {
    name: 'rls_policy_always_true',
    title: 'RLS Policy Always True',
    level: 'WARN',
    category: 'SECURITY',
    description: 'Identifies policies that let everybody write because their condition is simply true.',
    page: '0024_permissive_rls_policy',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, p.polname as key,
             format('Table \`%s.%s\` has an RLS policy \`%s\` that allows unrestricted writing: its condition is always true.',
                    n.nspname, c.relname, p.polname) as detail
        from ${policies}
       where ${ownSchema} and p.polpermissive and p.polcmd <> 'r'
         and (0 = any (p.polroles) or exists (
               select 1 from pg_roles r where r.oid = any (p.polroles) and r.rolname in ('anon', 'authenticated')))
         and (p.with_check = 'true' or (p.qual = 'true' and p.polcmd in ('w', 'd', '*')))
       order by 1, 2, 4`,
  },
  {
    name: 'insecure_queue_exposed_in_api',
    title: 'Insecure Queue Exposed in API',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'Identifies queues that the API shows and that do not enforce row security.',
    page: '0019_insecure_queue_exposed_in_api',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Queue table \`%s.%s\` is exposed through the API, but RLS has not been enabled.', n.nspname, c.relname) as detail
        from ${relations}
       where 'pgmq_public' = any ($1::text[]) and n.nspname = 'pgmq' and c.relname ~ '^q_'
         and c.relkind in ('r', 'p') and not c.relrowsecurity
       order by 1, 2`,
  },
  {
    name: 'sensitive_columns_exposed',
    title: 'Sensitive Columns Exposed',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'Identifies columns with names of secrets in tables that anybody with a key can read.',
    page: '0023_sensitive_columns_exposed',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` is exposed through the API without RLS and holds potentially sensitive columns: %s.',
                    n.nspname, c.relname, string_agg(a.attname, ', ' order by a.attnum)) as detail,
             jsonb_build_object('sensitive_columns', array_agg(a.attname order by a.attnum)) as more
        from ${relations} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where ${isExposed} and c.relkind in ('r', 'p') and not c.relrowsecurity and ${isReadable('c.oid')}
         and ${notOfExtension('c.oid', 'pg_class')}
         and lower(a.attname) ~ '^(.*_)?(password|passwd|password_hash|secret|secret_key|api_key|apikey|access_token|refresh_token|private_key|ssn|social_security_number|credit_card|credit_card_number|card_number|cvv|iban|bank_account|tax_id|passport_number)$'
       group by n.nspname, c.relname
       order by 1, 2`,
  },
]
