// Life of a project as its owner sees it. Requests of the owner and reports of the host move it; a project
// that sleeps because nobody uses it stays ACTIVE_HEALTHY.

import type { BranchStatus } from '@plinth/contracts'
import { machine } from '@plinth/machine'

export type ProjectStatus =
  | 'COMING_UP'
  | 'ACTIVE_HEALTHY'
  | 'ACTIVE_UNHEALTHY'
  | 'INIT_FAILED'
  | 'PAUSING'
  | 'PAUSE_FAILED'
  | 'INACTIVE'
  | 'RESTORING'
  | 'RESTORE_FAILED'
  | 'RESTARTING'
  | 'RESIZING'
  | 'GOING_DOWN'
  | 'REMOVED'

type Request = 'pause' | 'restore' | 'restart' | 'resize' | 'rewind' | 'remove'
type Report = 'served' | 'failed' | 'paused' | 'gone' | 'rewinding'
export type ProjectEvent = Request | Report

export const projectStatus = machine<ProjectStatus, ProjectEvent>()({
  COMING_UP: { served: 'ACTIVE_HEALTHY', failed: 'INIT_FAILED', remove: 'GOING_DOWN' },
  ACTIVE_HEALTHY: {
    failed: 'ACTIVE_UNHEALTHY',
    pause: 'PAUSING',
    restart: 'RESTARTING',
    resize: 'RESIZING',
    rewind: 'RESTORING',
    rewinding: 'RESTORING',
    remove: 'GOING_DOWN',
  },
  ACTIVE_UNHEALTHY: {
    served: 'ACTIVE_HEALTHY',
    pause: 'PAUSING',
    restart: 'RESTARTING',
    resize: 'RESIZING',
    rewind: 'RESTORING',
    rewinding: 'RESTORING',
    remove: 'GOING_DOWN',
  },
  INIT_FAILED: { served: 'ACTIVE_HEALTHY', restart: 'COMING_UP', remove: 'GOING_DOWN' },
  PAUSING: { paused: 'INACTIVE', failed: 'PAUSE_FAILED', remove: 'GOING_DOWN' },
  PAUSE_FAILED: { paused: 'INACTIVE', pause: 'PAUSING', restore: 'RESTORING', remove: 'GOING_DOWN' },
  INACTIVE: { restore: 'RESTORING', remove: 'GOING_DOWN' },
  RESTORING: { served: 'ACTIVE_HEALTHY', failed: 'RESTORE_FAILED', remove: 'GOING_DOWN' },
  RESTORE_FAILED: { served: 'ACTIVE_HEALTHY', restore: 'RESTORING', pause: 'PAUSING', remove: 'GOING_DOWN' },
  RESTARTING: {
    served: 'ACTIVE_HEALTHY',
    failed: 'ACTIVE_UNHEALTHY',
    pause: 'PAUSING',
    remove: 'GOING_DOWN',
  },
  RESIZING: {
    served: 'ACTIVE_HEALTHY',
    failed: 'ACTIVE_UNHEALTHY',
    pause: 'PAUSING',
    remove: 'GOING_DOWN',
  },
  GOING_DOWN: { gone: 'REMOVED' },
  REMOVED: {},
})

/** What a report of the host means for the project; a branch in between means nothing yet. */
export const eventOfReport: Readonly<Partial<Record<BranchStatus, Report>>> = {
  awake: 'served',
  asleep: 'served',
  broken: 'failed',
  paused: 'paused',
  restoring: 'rewinding',
  gone: 'gone',
}
