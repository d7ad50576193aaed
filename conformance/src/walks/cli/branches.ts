// Branches of the project: made, seen, changed, put to rest, deleted.

import { setTimeout as wait } from 'node:timers/promises'
import type { Case } from './case.ts'
import type { Desk } from './desk.ts'

/** The command returns at once; the branch is there a moment later. */
const until =
  (shows: RegExp) =>
  async (desk: Desk): Promise<void> => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const { output } = await desk.run(['branches', 'get', 'feature', '--output', 'json'])
      if (shows.test(output)) return
      await wait(100)
    }
  }

export const branches: readonly Case[] = [
  { type: 'branches list', exit: 1, shows: /Preview branching is not enabled/ },
  { type: 'branches create feature --persistent', shows: /Created preview branch[\s\S]*feature/ },
  { type: 'branches create feature', exit: 1, shows: /409[\s\S]*There is a branch feature already/ },
  { type: 'branches list', shows: /main[\s\S]*feature/ },
  { type: 'branches get feature', shows: /db\.[a-z]{20}\.localhost/ },
  {
    type: 'branches get feature --output env',
    before: until(/POSTGRES_URL/),
    shows: /POSTGRES_URL="postgresql:[\s\S]*SUPABASE_JWT_SECRET/,
  },
  { type: 'branches update feature --git-branch feat', shows: /feat/ },
  { type: 'branches pause feature', before: until(/ACTIVE_HEALTHY|POSTGRES_URL/) },
  { type: 'branches get feature', shows: /INACTIVE|PAUSING/ },
  { type: 'branches unpause feature' },
  { type: 'branches delete feature', exit: 1, shows: /422[\s\S]*persistent/ },
  { type: 'branches update feature --persistent=false', shows: /feature/ },
  { type: 'branches delete feature', shows: /Deleted preview branch/ },
  { type: 'branches get feature', exit: 1, shows: /404[\s\S]*Branch not found/ },
  { type: 'branches disable', shows: /Disabled preview branching/ },
]
