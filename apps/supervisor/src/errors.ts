// Every error the supervisor can answer or stop with.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('supervisor', {
  alreadyRunning: (pid: number, lock: string) => ({
    code: 'supervisor_already_running',
    kind: 'caller',
    status: 409,
    message: `Another supervisor (process ${pid}) already looks after this data folder; its lock is ${lock}.`,
    hint: 'Stop that one first, or choose another data folder with PLINTH_DATA.',
  }),
  badSecrets: (file: string) => ({
    code: 'installation_secrets_invalid',
    kind: 'caller',
    status: 500,
    message: `${file} must hold controlDatabasePassword and systemAdminPassword.`,
  }),
  badBackupFile: (file: string, reason: string) => ({
    code: 'backup_bucket_invalid',
    kind: 'caller',
    status: 400,
    message: `${file}, which PLINTH_BACKUP_S3_FILE names, cannot be used: ${reason}.`,
    hint: 'docs/backups.md says what it holds.',
  }),
  branchNotFound: (ref: string) => ({
    code: 'branch_not_found',
    kind: 'caller',
    status: 404,
    message: `There is no branch ${ref} on this host.`,
  }),
  badRequest: (message: string, details?: unknown) => ({
    code: 'bad_request',
    kind: 'caller',
    status: 400,
    message,
    details,
  }),
  refMismatch: (path: string, body: string) => ({
    code: 'ref_mismatch',
    kind: 'caller',
    status: 400,
    message: `The address names branch ${path} but the spec is of branch ${body}.`,
  }),
  branchPaused: (ref: string) => ({
    code: 'branch_paused',
    kind: 'project',
    status: 409,
    message: `Branch ${ref} is paused.`,
    hint: 'Restore the project to use it again.',
  }),
  branchBeingRemoved: (ref: string) => ({
    code: 'branch_removed',
    kind: 'project',
    status: 409,
    message: `Branch ${ref} is being removed.`,
  }),
  branchBroken: (ref: string, reason: string) => ({
    code: 'branch_broken',
    kind: 'platform',
    status: 503,
    message: `Branch ${ref} cannot be started: ${reason}`,
  }),
  sourceMissing: (ref: string) => ({
    code: 'source_branch_missing',
    kind: 'project',
    status: 409,
    message: `The branch ${ref} that this one shall be a copy of is not on this host, or has no database yet.`,
  }),
  notRestorable: (ref: string) => ({
    code: 'branch_not_restorable',
    kind: 'project',
    status: 409,
    message: `Branch ${ref} has no database yet, or is being restored or removed.`,
  }),
  shuttingDown: () => ({
    code: 'shutting_down',
    kind: 'platform',
    status: 503,
    message: 'The supervisor is shutting down.',
  }),
  endedWhileStarting: () => ({
    code: 'ended_while_starting',
    kind: 'platform',
    status: 503,
    message: 'A process of the branch ended while it was being started.',
  }),
  stackFailed: (what: string, cause?: unknown) => ({
    code: 'stack_failed',
    kind: 'platform',
    status: 503,
    message: `The API process ${what}.`,
    cause,
  }),
})
