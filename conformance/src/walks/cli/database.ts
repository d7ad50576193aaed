// Migrations, SQL, types and inspection: the command's own connections to the database, and its calls of the API.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case, Words } from './case.ts'
import type { Desk } from './desk.ts'

const migrationsOf = (desk: Desk): string => join(desk.folder, 'supabase/migrations')

const writeMigration =
  (words: Words, name: string, sql: string): NonNullable<Case['after']> =>
  async (desk) => {
    const file = (await readdir(migrationsOf(desk))).find((one) => one.endsWith(`_${name}.sql`)) ?? ''
    words.set('version', file.slice(0, 14))
    await writeFile(join(migrationsOf(desk), file), sql)
  }

const todos = 'create table public.cli_todos (id bigint primary key, title text);'

const migrations = (words: Words): readonly Case[] => [
  { type: 'migration new todos', after: writeMigration(words, 'todos', todos) },
  { type: 'migration list --remote', byName: true, shows: /`\d{14}` \| ` ` / },
  {
    type: 'db push --remote --dry-run',
    byName: true,
    shows: /Would push these migrations:[\s\S]*_todos\.sql/,
  },
  { type: 'db push --remote --yes', byName: true, shows: /Applying migration \d+_todos\.sql/ },
  { type: 'db push --remote --yes', byName: true, shows: /up to date/ },
  { type: 'migration list --remote', byName: true, shows: /`(\d{14})` +\| `\1` / },
  { type: 'migration repair --status reverted {version} --remote --yes', byName: true, shows: /=> reverted/ },
  { type: 'migration repair --status applied {version} --remote --yes', byName: true, shows: /=> applied/ },
  {
    type: 'migration fetch --remote --yes',
    byName: true,
    before: (desk) => rm(migrationsOf(desk), { recursive: true }),
    after: async (desk) => {
      if ((await readdir(migrationsOf(desk))).length === 0) throw new Error('nothing was fetched')
    },
  },
  { type: 'migration up --remote --yes', byName: true, shows: /up to date/ },
]

const writeSeeds: NonNullable<Case['before']> = async (desk) => {
  const write = (name: string, sql: string) => writeFile(join(desk.folder, 'supabase', name), sql)
  await write('seed.sql', "insert into cli_todos values (7, 'from the seed') on conflict do nothing;")
  await write('roles.sql', 'create role cli_walker nologin;')
}

const last = 'create table public.cli_last (id bigint primary key);'
const readSeed = "db query --remote --read-only 'select title from cli_todos'"

/** Seeds and roles come with a push, and again whenever the database is emptied. */
const seeds = (words: Words): readonly Case[] => [
  {
    type: 'db push --remote --include-roles --include-seed --yes',
    byName: true,
    before: writeSeeds,
    shows: /Seeding globals from roles\.sql[\s\S]*Seeding data from supabase\/seed\.sql/,
  },
  { type: readSeed, shows: /from the seed/ },
  { type: 'migration new last', after: writeMigration(words, 'last', last) },
  { type: 'migration up --remote --yes', byName: true, shows: /Applying migration \d+_last\.sql/ },
  {
    type: 'migration down --last 1 --remote --yes',
    byName: true,
    shows: /Resetting database to version[\s\S]*_todos\.sql[\s\S]*seed\.sql/,
  },
  { type: 'migration list --remote', byName: true, shows: /`\d{14}` \| ` ` / },
  {
    type: 'db reset --remote --yes',
    byName: true,
    shows: /Resetting remote database[\s\S]*_last\.sql[\s\S]*seed\.sql/,
    rare: true,
  },
  { type: readSeed, shows: /from the seed/, rare: true },
  {
    type: 'db schema declarative generate --remote --overwrite --yes',
    byName: true,
    after: (desk) => readFile(join(desk.folder, 'supabase/schemas/public/tables/cli_todos.sql')),
    rare: true,
  },
]

const queries: readonly Case[] = [
  { type: "db query --remote --read-only 'select 41 + 1 as answer'", shows: /answer[\s\S]*42/ },
  { type: "db query --remote --yes 'insert into cli_todos values (1, null) returning id'", shows: /id/ },
  { type: "db query --remote --read-only 'select * from nowhere'", exit: 1, shows: /42P01/ },
  { type: 'db query --remote={url} --yes --output csv {sql}', byName: true, shows: /cli_todos/ },
  { type: 'db lint --remote', byName: true, shows: /No schema errors found/ },
  { type: 'db advisors --remote', shows: /rls_disabled_in_public_public_cli_todos/ },
]

const types: readonly Case[] = [
  { type: 'gen types --remote', shows: /cli_todos: \{[\s\S]*title: string \| null/ },
  { type: 'gen types --project-id {ref} --schema public', shows: /cli_todos/ },
  { type: 'gen types --db-url {url}', byName: true, shows: /cli_todos/ },
  { type: 'gen types --lang go --remote', byName: true, shows: /type PublicCliTodosSelect struct/ },
  { type: 'gen types --lang python --remote', byName: true, shows: /class PublicCliTodos/ },
  { type: 'gen types --lang swift --remote', notHere: 'needs `supabase-typegen` of supabase-swift' },
  { type: 'gen types --lang dart --remote', notHere: 'needs the Dart SDK' },
]

/** Each report by a word that it shows; the second list holds old names of those in the first. */
const reports: Readonly<Record<string, RegExp>> = {
  'db-stats': /postgres +\| \d+ MB/,
  'table-stats': /public\.cli_todos/,
  'replication-slots': /Replication Lag/,
  locks: /transaction id/,
  blocking: /blocked pid/,
  outliers: /Query/,
  calls: /Query/,
  'index-stats': /public\.cli_todos_pkey/,
  'collation-drift': /No recorded collation version mismatch/,
  'long-running-queries': /Duration/,
  bloat: /Waste/,
  'role-stats': /supabase_storage_admin/,
  'vacuum-stats': /public\.cli_todos/,
  'traffic-profile': /Activity Ratio/,
  'toast-sizes': /public\.cli_todos/,
  'xid-age': /public\.cli_todos/,
}
const oldNames = [
  'cache-hit',
  'index-usage',
  'index-sizes',
  'table-sizes',
  'unused-indexes',
  'table-record-counts',
  'seq-scans',
  'role-configs',
  'role-connections',
]

const inspection = (report: string, shows: RegExp): Case => ({
  type: `inspect db ${report} --remote`,
  byName: true,
  shows,
  ...(report !== 'db-stats' && { rare: true }),
})

const inspections: readonly Case[] = [
  ...Object.entries(reports).map(([report, shows]) => inspection(report, shows)),
  ...oldNames.map((report) => inspection(report, /is deprecated/)),
  { type: 'inspect report --remote --yes', byName: true, shows: /Reports saved/ },
]

const withDocker: readonly Case[] = [
  { type: 'db dump --remote', byName: true, shows: /create table/i },
  { type: 'db diff --remote --yes', byName: true },
  { type: 'db pull --remote --yes', byName: true },
  { type: 'migration squash --remote --yes', byName: true },
  { type: 'test db --remote --yes', byName: true },
]

export const database = (words: Words): readonly Case[] => [
  ...migrations(words),
  ...seeds(words),
  ...queries,
  ...types,
  ...inspections,
  ...withDocker,
]
