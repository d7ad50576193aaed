// Cases of upstream suites that do not pass, and why.

import type { Known } from './score.ts'

export const known: readonly Known[] = []
