// Who one is, organizations, projects, and linking a folder to one.

import type { Case, Words } from './case.ts'

/** Remembers the first thing of the output that matches. */
const learn =
  (words: Words, name: string, pattern: RegExp): NonNullable<Case['after']> =>
  (_desk, output) => {
    words.set(name, pattern.exec(output)?.[1] ?? '')
  }

export const account = (words: Words): readonly Case[] => [
  { type: 'whoami', shows: /owner@localhost/ },
  { type: 'login --token {token}', shows: /logged in/i },
  {
    type: "orgs create 'By command' --yes",
    after: learn(words, 'organization', /([a-z]{20}) +\| By command/),
  },
  { type: 'orgs list', shows: /By command/ },
  {
    type: 'projects create by-command --yes --org-id {organization} --db-password correct-horse --region eu-west-1',
    after: learn(words, 'made', /\| ([a-z]{20}) +\| by-command/),
  },
  { type: 'projects list', shows: /by-command/ },
  { type: 'projects api-keys --project-ref {made}', shows: /anon/ },
  { type: 'projects delete {made} --yes', shows: /Deleted project/ },
  { type: 'projects list', hides: /by-command/ },
  { type: 'init --yes' },
  { type: 'link --project-ref {ref} --yes', shows: /Finished supabase link/ },
  {
    type: 'projects api-keys',
    shows: /service_role[\s\S]*sb_publishable_[\s\S]*sb_secret_.{5}·/,
  },
  { type: 'services', shows: /supabase\/postgres +\| 17/ },
  { type: 'completion bash', shows: /bash completion/ },
]
