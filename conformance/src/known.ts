// Cases of upstream suites that do not pass, and why.

import type { Known } from './score.ts'

const postgrestJs = 'upstream: postgrest-js'
const v12 = 'needs a second server of an old version beside ours'

export const known: readonly Known[] = [
  { area: postgrestJs, name: /v12/, reason: v12 },
  { area: postgrestJs, name: /^(basic select works|nested relations work)$/, reason: v12 },
]
