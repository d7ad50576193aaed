// Desired state against real state: which event, if any, brings a branch closer to what is wanted of it.
// States that are work in progress have no wish of their own: the end of the work moves them on.

import type { BranchStatus, Desired } from '@plinth/contracts'
import type { BranchEvent } from './branch-status.ts'

export type Wish = {
  readonly desired: Desired
  /** Somebody waits for the branch, or it was told to stay up. */
  readonly awake: boolean
  /** Stop it and, if it is wanted awake, start it again; a broken branch: try again. */
  readonly restart: boolean
  /** The data directory is complete: there is something to wake. */
  readonly provisioned: boolean
  /** Another database shall take the place of this one. */
  readonly renew: boolean
  /** Its database is to be taken back. */
  readonly restore: boolean
}

type Rule = (wish: Wish) => BranchEvent | undefined

const stopsWhen: Rule = ({ desired, awake, restart, renew, restore }) => {
  if (restore) return 'restore'
  return desired === 'paused' || !awake || restart || renew ? 'stop' : undefined
}

const rules: { readonly [S in BranchStatus]: Rule } = {
  provisioning: () => undefined,
  asleep: ({ desired, awake, renew, restore }) => {
    if (restore) return 'restore'
    if (desired === 'paused') return 'pause'
    return renew ? 'renew' : awake ? 'wake' : undefined
  },
  waking: ({ desired, awake, renew }) => (desired === 'paused' || !awake || renew ? 'stop' : undefined),
  awake: stopsWhen,
  dozing: stopsWhen,
  stopping: () => undefined,
  paused: ({ desired, restore }) => {
    if (restore) return 'restore'
    return desired === 'available' ? 'resume' : undefined
  },
  restoring: () => undefined,
  broken: ({ desired, restart, provisioned, renew, restore }) => {
    if (restore) return 'restore'
    if (desired === 'paused' && provisioned) return 'pause'
    if (renew && restart) return 'renew'
    return restart ? (provisioned ? 'wake' : 'provision') : undefined
  },
  removing: () => undefined,
  gone: () => undefined,
}

const endsAnyway: ReadonlySet<BranchStatus> = new Set(['stopping', 'removing', 'gone'])

export const nextEvent = (status: BranchStatus, wish: Wish): BranchEvent | undefined =>
  wish.desired === 'removed' ? (endsAnyway.has(status) ? undefined : 'remove') : rules[status](wish)
