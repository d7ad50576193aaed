// Tables as an agent gets them: short, empty fields left out, with a warning where rows lie open.

import { z } from 'zod'

const Column = z.record(z.string(), z.unknown())
export const TableRow = z.object({
  name: z.string(),
  schema: z.string(),
  table_name: z.string(),
  rls_enabled: z.boolean(),
  rows: z.number().nullable(),
  comment: z.string().nullable(),
  columns: z.array(Column),
  primary_keys: z.array(z.string()),
  foreign_key_constraints: z.array(z.unknown()).nullable(),
})
export type TableRow = z.infer<typeof TableRow>

const withoutNulls = (column: z.infer<typeof Column>): z.infer<typeof Column> =>
  Object.fromEntries(Object.entries(column).filter(([, value]) => value !== null))

export const describeTable = (row: TableRow, isVerbose: boolean): object => ({
  name: row.name,
  rls_enabled: row.rls_enabled,
  rows: row.rows,
  ...(row.comment !== null && { comment: row.comment }),
  ...(isVerbose && {
    columns: row.columns.map(withoutNulls),
    primary_keys: row.primary_keys,
    ...(row.foreign_key_constraints !== null && { foreign_key_constraints: row.foreign_key_constraints }),
  }),
})

/** Schemas of services, which look after their own tables. */
const ownedSchemas = new Set([
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'net',
  'pgmq',
  'pgsodium',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
])

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Named above all else: tables that anybody with the public key can read and write. */
export const adviseOnTables = (rows: readonly TableRow[]): object | undefined => {
  const open = rows.filter(({ rls_enabled, schema }) => !rls_enabled && !ownedSchemas.has(schema))
  if (open.length === 0) return undefined
  return {
    id: 'rls_disabled',
    priority: 1,
    level: 'critical',
    title: 'Row Level Security is disabled',
    message: `${open.length} table(s) have Row Level Security (RLS) disabled: ${open.map(({ name }) => name).join(', ')}. Anyone with the public key of the project can read and change every row of them. Tell the user about this. Do not run the remediation SQL by yourself: with RLS on and no policies nobody can reach these tables. Show it to the user and let them decide.`,
    remediation_sql: open
      .map((row) => `ALTER TABLE ${quote(row.schema)}.${quote(row.table_name)} ENABLE ROW LEVEL SECURITY;`)
      .join('\n'),
    doc_url: 'https://supabase.com/docs/guides/database/postgres/row-level-security',
  }
}
