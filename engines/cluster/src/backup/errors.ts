// What can stand in the way of a backup or a restore, in words an owner can act on.

import { defineErrors } from '@plinth/errors'

const refused = (code: string, status: number, message: string, hint?: string) =>
  ({ code, kind: 'caller', status, message, hint }) as const
const failed = (code: string, message: string, hint?: string) =>
  ({ code, kind: 'platform', status: 503, message, hint }) as const

export const backupErrors = defineErrors('backup', {
  tooEarly: (first: string | undefined) =>
    refused(
      'restore_point_too_early',
      400,
      first
        ? `The point lies before the first backup, which ended at ${first}.`
        : 'There is no backup yet to start from.',
      first ? 'Choose a later point.' : 'Make a backup first.',
    ),
  inFuture: () => refused('restore_point_in_future', 400, 'The point lies in the future.'),
  badTime: (text: string) => refused('restore_time_invalid', 400, `${text} is not a time.`),
  pointNotFound: (name: string) =>
    refused('restore_point_not_found', 404, `There is no restore point "${name}".`),
  pointExists: (name: string) =>
    refused(
      'restore_point_exists',
      409,
      `There is a restore point "${name}" already.`,
      'Choose another name.',
    ),
  pointName: () =>
    refused(
      'restore_point_name_invalid',
      400,
      'The name of a restore point has 1 to 20 characters, not all of them spaces, and no control characters.',
    ),
  backupNotFound: (id: string) => refused('backup_not_found', 404, `There is no backup ${id}.`),
  hole: (segment: string) =>
    failed(
      'archive_incomplete',
      `The change log is not complete up to this point: ${segment} is missing.`,
      'Choose an earlier point, or a backup from the list.',
    ),
  unreadable: (segment: string) =>
    failed(
      'archive_damaged',
      `The change log cannot be read up to this point: ${segment} is damaged.`,
      'Choose an earlier point, or a backup from the list.',
    ),
  endsBefore: () =>
    failed(
      'archive_damaged',
      'The change log cannot be read up to this point: it ends before.',
      'Choose an earlier point, or a backup from the list.',
    ),
  differs: (name: string) =>
    failed('archive_conflict', `The archive holds another ${name} already. Neither was touched.`),
  copyFailed: (words: string) =>
    failed('copy_failed', `The files of the database could not be copied: ${words}`),
  walGone: (segment: string) =>
    failed(
      'log_recycled',
      `The database wrote more than the copy could follow: ${segment} is gone.`,
      'Try again.',
    ),
  odd: (path: string) =>
    failed(
      'data_dir_odd',
      `There is something in the database's folder that Postgres did not put there: ${path}`,
    ),
  damaged: (problems: readonly string[]) =>
    failed(
      'backup_damaged',
      `The backup is damaged: ${problems.slice(0, 3).join('; ')}`,
      'Choose another backup, and make a new one.',
    ),
  diskShort: (needed: number, free: number) =>
    failed(
      'disk_short',
      `A copy of the database needs ${mebibytes(needed)}, the disk has ${mebibytes(free)} left.`,
      'Free space, then try again.',
    ),
  notStopped: () => failed('database_not_stopped', 'The database was not stopped cleanly.'),
})

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`
