// What a branch is ordered to have that lies there or runs without it, and what that means for those who ask.

import type { BranchStatus, StackSpec } from '@plinth/contracts'
import { nextEvent, type Wish } from './next-event.ts'

/** Everything that decides about what comes next. */
export type Standing = {
  readonly status: BranchStatus
  readonly spec: StackSpec | undefined
  /** Of the database that lies there. */
  readonly edition: number | undefined
  /** Of the spec that what runs was given. */
  readonly appliedVersion: number
  /** Somebody waits for it, or it was told to stay up. */
  readonly isWanted: boolean
  readonly isToRestart: boolean
  readonly isRestoreDue: boolean
  /** The supervisor ends: nothing new is begun. */
  readonly isClosing: boolean
}

const isUp = (status: BranchStatus): boolean => status === 'awake' || status === 'dozing'

/** Another database shall take the place of the one that is there. */
const isRenewDue = ({ spec, edition }: Standing): boolean =>
  edition !== undefined && (spec?.database.edition ?? 0) > edition

/** Also when what runs was given a spec from before the order of a restart. */
const isRestartDue = ({ spec, status, appliedVersion, isToRestart }: Standing): boolean =>
  isToRestart || (isUp(status) && (spec?.restartVersion ?? 0) > appliedVersion)

const isRestoreDue = ({ edition, isRestoreDue }: Standing): boolean => edition !== undefined && isRestoreDue

/** It is up, and will not be for long: nobody is sent there. */
export const isLeaving = (standing: Standing): boolean =>
  isRestartDue(standing) || isRenewDue(standing) || isRestoreDue(standing)

const wishOf = (standing: Standing): Wish => {
  const isOpen = !standing.isClosing
  return {
    desired: standing.spec?.desired ?? 'available',
    awake: isOpen && standing.isWanted,
    restart: isOpen && isRestartDue(standing) && standing.spec !== undefined,
    provisioned: standing.edition !== undefined,
    renew: isOpen && isRenewDue(standing),
    restore: isOpen && isRestoreDue(standing),
  }
}

/** Which event, if any, brings the branch closer to what is wanted of it. */
export const eventFor = (standing: Standing) => nextEvent(standing.status, wishOf(standing))

/** What was ordered is not done yet, though the status alone would say so: it is stopped, or started, at once. */
export const isPassing = (standing: Standing): boolean =>
  isUp(standing.status)
    ? isLeaving(standing)
    : standing.status === 'asleep' && eventFor(standing) !== undefined
