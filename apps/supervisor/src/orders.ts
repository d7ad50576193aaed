// What a spec orders that what lies there or runs has not got yet.

import type { BranchStatus, StackSpec } from '@plinth/contracts'

/** Another database shall take the place of the one of this edition. */
export const isRenewDue = (spec: StackSpec | undefined, edition: number | undefined): boolean =>
  edition !== undefined && (spec?.database.edition ?? 0) > edition

export const isUp = (status: BranchStatus): boolean => status === 'awake' || status === 'dozing'

/** What runs was given a spec from before the order of a restart. */
export const isRestartDue = (
  spec: StackSpec | undefined,
  status: BranchStatus,
  appliedVersion: number,
): boolean => isUp(status) && (spec?.restartVersion ?? 0) > appliedVersion
