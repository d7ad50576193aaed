// The control database after all migrations, as text: a reviewer sees in `migrations/schema.sql` what a new
// file changes. `UPDATE_SCHEMA=1` writes it anew.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate, type Pool, raw } from '@plinth/postgres'
import { testDatabase } from '@plinth/testing'
import { afterAll, expect, test } from 'vitest'
import { migrations } from '../src/migrations.generated.ts'

const file = join(import.meta.dirname, '../migrations/schema.sql')
const database = await testDatabase()
afterAll(() => database.drop())

const listTables = raw(`
  select c.relname as name,
         (select string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                   case when a.attnotnull then ' not null' else '' end,
                   coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid),
                            case when a.attidentity <> '' then ' generated always as identity' else '' end)),
                   E',\\n' order by a.attnum)
            from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         (select string_agg(format('  constraint %I %s', conname, pg_get_constraintdef(oid)), E',\\n'
                   order by contype, conname)
            from pg_constraint where conrelid = c.oid and contype <> 'n') as constraints,
         (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\\n' order by i.indexrelid::regclass::text)
            from pg_index i
           where i.indrelid = c.oid
             and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)) as indexes
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   order by c.relname`)

type Table = {
  readonly name: string
  readonly columns: string
  readonly constraints: string | null
  readonly indexes: string | null
}

const dump = async (pool: Pool): Promise<string> => {
  const tables = await pool.query<Table>(listTables)
  const texts = tables.map(({ name, columns, constraints, indexes }) => {
    const body = [columns, constraints].filter(Boolean).join(',\n')
    return `create table ${name} (\n${body}\n);\n${indexes === null ? '' : `${indexes}\n`}`
  })
  return `-- What all migrations together make. Compared by test/schema.db.test.ts.\n\n${texts.join('\n')}`
}

test('migrations make what schema.sql says, and a second run changes nothing', async () => {
  const history = [{ owner: 'control', role: database.user, migrations }]
  const first = await migrate(database.admin, history)
  expect(first.applied).toHaveLength(migrations.length)
  const text = await dump(database.admin)
  if (process.env['UPDATE_SCHEMA']) await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
  expect((await migrate(database.admin, history)).applied).toEqual([])
  expect(await dump(database.admin)).toBe(text)
})
