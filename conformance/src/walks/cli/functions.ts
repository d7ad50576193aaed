// Functions and their secrets: deployed with sources, read back, deleted.

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'

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
  { type: 'functions delete hello --yes', shows: /Deleted Function hello/ },
  { type: 'functions list', hides: /hello/ },
  { type: 'secrets set A=1 B=two --yes', shows: /Finished/ },
  { type: 'secrets list', shows: /A +\| 6b86b273ff34/ },
  { type: 'secrets unset A --yes', shows: /Finished/ },
  { type: 'secrets list', hides: / A +\|/ },
]
