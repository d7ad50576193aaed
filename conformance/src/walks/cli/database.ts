// Migrations, SQL, types and inspection: the command's own connections to the database, and its calls of the API.

import { readdir, rm, writeFile } from 'node:fs/promises'
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

const queries: readonly Case[] = [
  { type: "db query --remote --read-only 'select 41 + 1 as answer'", shows: /answer[\s\S]*42/ },
  { type: "db query --remote --yes 'insert into cli_todos values (1, null) returning id'", shows: /id/ },
  { type: "db query --remote --read-only 'select * from nowhere'", exit: 1, shows: /42P01/ },
  { type: 'db query --remote={url} --yes --output csv {sql}', byName: true, shows: /cli_todos/ },
  { type: 'db lint --remote', byName: true, shows: /Linting schema: public/ },
  { type: 'db advisors --remote', shows: /rls_disabled_in_public_public_cli_todos/ },
]

const types: readonly Case[] = [
  { type: 'gen types --remote', shows: /cli_todos: \{[\s\S]*title: string \| null/ },
  { type: 'gen types --project-id {ref} --schema public', shows: /cli_todos/ },
  { type: 'gen types --db-url {url}', byName: true, shows: /cli_todos/ },
  { type: 'gen types --lang go --remote', byName: true, shows: /type PublicCliTodosSelect struct/ },
  { type: 'gen types --lang python --remote', byName: true, shows: /class PublicCliTodos/ },
]

const inspections: readonly Case[] = [
  { type: 'inspect db db-stats --remote', byName: true, shows: /postgres +\| \d+ MB/ },
  { type: 'inspect db table-stats --remote', byName: true, shows: /public\.cli_todos/ },
  { type: 'inspect report --remote --yes', byName: true, shows: /Reports saved/ },
]

const withDocker: readonly Case[] = [
  { type: 'db dump --remote', byName: true, shows: /create table/i },
  { type: 'db diff --remote --yes', byName: true },
  { type: 'db pull --remote --yes', byName: true },
]

export const database = (words: Words): readonly Case[] => [
  ...migrations(words),
  ...queries,
  ...types,
  ...inspections,
  ...withDocker,
]
