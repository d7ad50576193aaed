// Functions and their secrets: deployed with sources, read back, deleted.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'

/** Its folder, and its section in the configuration. */
const forgetSecond: NonNullable<Case['before']> = async ({ folder }) => {
  await rm(join(folder, 'supabase/functions/second'), { recursive: true })
  const file = join(folder, 'supabase/config.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/\n\[functions\.second\][^[]*/, '\n'))
}

export const functions: readonly Case[] = [
  { type: 'functions new hello' },
  { type: 'functions deploy hello --use-api --yes', shows: /Deployed Functions on project \w+: hello/ },
  { type: 'functions new second' },
  { type: 'functions deploy --use-api --yes', shows: /Deployed Functions on project \w+: hello, second/ },
  { type: 'functions list', shows: /hello +\| hello +\| ACTIVE/ },
  {
    type: 'functions download hello --use-api --yes',
    before: (desk) => rm(join(desk.folder, 'supabase/functions/hello'), { recursive: true }),
    after: (desk) => readFile(join(desk.folder, 'supabase/functions/hello/index.ts')),
  },
  {
    type: 'functions download --use-api --yes',
    before: (desk) => rm(join(desk.folder, 'supabase/functions/second'), { recursive: true }),
    after: (desk) => readFile(join(desk.folder, 'supabase/functions/second/index.ts')),
  },
  { type: 'functions deploy --use-api --prune --yes', before: forgetSecond, shows: /second/ },
  { type: 'functions list', hides: /second/ },
  { type: 'functions deploy hello --use-api --no-verify-jwt --yes', shows: /hello/ },
  { type: 'functions delete hello --yes', shows: /Deleted Function hello/ },
  { type: 'functions list', hides: /hello/ },
  { type: 'secrets set A=1 B=two --yes', shows: /Finished/ },
  {
    type: 'secrets set --env-file supabase/.env.walk --yes',
    before: (desk) => writeFile(join(desk.folder, 'supabase/.env.walk'), 'C=three\n'),
    shows: /Finished/,
  },
  { type: 'secrets list', shows: /A +\| 6b86b273ff34/ },
  { type: 'secrets unset A --yes', shows: /Finished/ },
  { type: 'secrets list', hides: / A +\|/, shows: / C +\|/ },
]
