// The life of a branch on this host as a table. What drives it from state to state is in `next-event.ts`;
// what is done in a state is in `branch.ts`.

import type { BranchStatus, Desired } from '@plinth/contracts'
import { machine } from '@plinth/machine'

export type BranchEvent =
  | 'ready'
  | 'failed'
  | 'crashed'
  | 'wake'
  | 'idle'
  | 'touch'
  | 'quiet'
  | 'stop'
  | 'stopped'
  | 'pause'
  | 'resume'
  | 'provision'
  | 'renew'
  | 'restore'
  | 'restored'
  | 'remove'
  | 'removed'

export const branchStatus = machine<BranchStatus, BranchEvent>()({
  provisioning: { ready: 'awake', failed: 'broken', remove: 'removing' },
  asleep: {
    wake: 'waking',
    renew: 'provisioning',
    restore: 'restoring',
    pause: 'paused',
    remove: 'removing',
  },
  waking: { ready: 'awake', failed: 'broken', stop: 'stopping', remove: 'removing' },
  awake: { idle: 'dozing', stop: 'stopping', restore: 'restoring', crashed: 'waking', remove: 'removing' },
  // The edge has been told and says so if anything is open; whoever comes now is heard before anything is stopped.
  dozing: {
    touch: 'awake',
    quiet: 'stopping',
    stop: 'stopping',
    restore: 'restoring',
    crashed: 'waking',
    remove: 'removing',
  },
  stopping: { stopped: 'asleep' },
  // Whether it succeeds or changes nothing: afterwards there is a database to wake.
  restoring: { restored: 'asleep', remove: 'removing' },
  paused: { resume: 'asleep', restore: 'restoring', remove: 'removing' },
  broken: {
    wake: 'waking',
    provision: 'provisioning',
    renew: 'provisioning',
    restore: 'restoring',
    pause: 'paused',
    remove: 'removing',
  },
  removing: { removed: 'gone' },
  gone: {},
})

type Found = {
  readonly isProvisioned: boolean
  readonly isRestoreDue: boolean
  /** A process of the branch runs, or all of them do. */
  readonly found: boolean
  readonly serving: boolean
}

/** Where a branch stands that an earlier supervisor knew. */
export const foundStatus = (
  { isProvisioned, isRestoreDue, found, serving }: Found,
  desired: Desired,
): BranchStatus => {
  if (!isProvisioned) return 'provisioning'
  if (isRestoreDue) return 'restoring'
  if (found) return serving ? 'awake' : 'waking'
  return desired === 'paused' ? 'paused' : 'asleep'
}
