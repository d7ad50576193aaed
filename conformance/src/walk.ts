// A walk: what somebody does with an official client, step by step, against one project.

import type { Installation, Project } from '@plinth/e2e'
import type { CaseResult } from './score.ts'

export type WalkContext = { readonly installation: Installation; readonly project: Project }

export type Step = readonly [name: string, run: () => Promise<void>]

export type Walk = { readonly area: string; readonly steps: (context: WalkContext) => readonly Step[] }

/** Runs the steps in order; a step that fails does not stop the ones after it. */
export const runWalk = async (walk: Walk, context: WalkContext): Promise<readonly CaseResult[]> => {
  const results: CaseResult[] = []
  for (const [name, run] of walk.steps(context)) {
    try {
      await run()
      results.push({ name, passed: true })
    } catch (error) {
      results.push({ name, passed: false, why: error instanceof Error ? error.message : String(error) })
    }
  }
  return results
}
