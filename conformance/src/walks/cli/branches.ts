// Branches of the project: made, seen, changed, put to rest, deleted.

import type { Case } from './case.ts'
import type { Desk } from './desk.ts'

/** The command returns at once; the branch is up a moment later. */
const untilHealthy = async (desk: Desk): Promise<void> => {
  for (let attempt = 0; attempt < 60; attempt++) {
    const { output } = await desk.run(['branches', 'get', 'feature'])
    if (output.includes('ACTIVE_HEALTHY')) return
  }
}

export const branches: readonly Case[] = [
  { type: 'branches list', exit: 1, shows: /Preview branching is not enabled/ },
  { type: 'branches create feature --persistent --yes', shows: /Created preview branch[\s\S]*feature/ },
  { type: 'branches create feature --yes', exit: 1, shows: /409[\s\S]*There is a branch feature already/ },
  { type: 'branches list', shows: /main[\s\S]*feature/ },
  { type: 'branches get feature', shows: /db\.[a-z]{20}\.localhost/ },
  {
    type: 'branches get feature --output env',
    shows: /POSTGRES_URL="postgresql:[\s\S]*SUPABASE_JWT_SECRET/,
  },
  { type: 'branches update feature --git-branch feat --yes', shows: /feat/ },
  { type: 'branches pause feature --yes', before: untilHealthy },
  { type: 'branches get feature', shows: /INACTIVE|PAUSING/ },
  { type: 'branches unpause feature --yes' },
  { type: 'branches delete feature --yes', exit: 1, shows: /422[\s\S]*persistent/ },
  { type: 'branches update feature --persistent=false --yes', shows: /feature/ },
  { type: 'branches delete feature --yes', shows: /Deleted preview branch/ },
  { type: 'branches get feature', exit: 1, shows: /404[\s\S]*Branch not found/ },
  { type: 'branches disable --yes', shows: /Disabled preview branching/ },
]
