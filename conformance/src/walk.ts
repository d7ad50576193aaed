// A walk: what somebody does with an official client, step by step, against one project.

import type { Installation, Project } from '@plinth/e2e'
import type { CaseResult } from './score.ts'

export type WalkContext = {
  readonly installation: Installation
  readonly project: Project
  /** Also the steps that take long or say little. */
  readonly isWhole: boolean
  /** Runs after the last step, whatever became of the others. */
  readonly atEnd: (end: () => Promise<void>) => void
}

/** Thrown by a step for which this machine lacks something; counts as not passed, with that reason. */
export class CannotRunHere extends Error {}

export type Step = readonly [name: string, run: () => Promise<void>]

export type Walk = { readonly area: string; readonly steps: (context: WalkContext) => readonly Step[] }

/** Runs the steps in order; a step that fails does not stop the ones after it. */
export const runWalk = async (
  walk: Walk,
  context: Omit<WalkContext, 'atEnd'>,
): Promise<readonly CaseResult[]> => {
  const results: CaseResult[] = []
  const ends: (() => Promise<void>)[] = []
  for (const [name, run] of walk.steps({ ...context, atEnd: (end) => void ends.push(end) })) {
    try {
      await run()
      results.push({ name, passed: true })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      results.push({ name, passed: false, ...(error instanceof CannotRunHere ? { reason: why } : { why }) })
    }
  }
  for (const end of ends) await end()
  return results
}
