// Why a branch cannot be served, and whether asking for it again is worth a try.

import type { BranchReport, Desired, StackSpec } from '@plinth/contracts'
import type { PlinthError } from '@plinth/errors'
import { errors } from './errors.ts'

export const unreadable =
  'Its stored description cannot be read. It is repaired by the next change of a setting.'

/** A broken branch is tried again by a request for it, but not by every one. */
const BROKEN_REST_MS = 10_000

/** Why nobody can be served, now or soon; `undefined` when somebody can. */
export const whyNot = (
  { ref, status, reason }: BranchReport,
  desired: Desired | undefined,
): PlinthError | undefined => {
  if (desired === 'removed') return errors.branchBeingRemoved(ref)
  if (desired === 'paused') return errors.branchPaused(ref)
  return status === 'broken' ? errors.branchBroken(ref, reason ?? '') : undefined
}

/** A broken branch that has had its rest. */
export const mayRetry = ({ status, since }: BranchReport, spec: StackSpec | undefined): boolean =>
  status === 'broken' &&
  spec?.desired === 'available' &&
  Math.abs(Date.now() - Date.parse(since)) > BROKEN_REST_MS
