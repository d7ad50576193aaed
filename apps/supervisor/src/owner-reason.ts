// What went wrong, in words for the owner of a branch: no paths, no commands, nothing of other branches.

import { toPlinthError } from '@plinth/errors'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk of the host is full.',
  EDQUOT: 'The disk quota of the host is used up.',
  EROFS: 'The disk of the host is read-only.',
  EMFILE: 'The host has too many open files.',
  EAGAIN: 'The host cannot start more processes.',
  ENOMEM: 'The host is out of memory.',
}

/** The error and everything that caused it, outermost first. */
const chainOf = (error: unknown): readonly unknown[] =>
  error instanceof Error && error.cause !== undefined ? [error, ...chainOf(error.cause)] : [error]

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Of `"/var/…/data/global/pg_control"` only the last part is the owner's business. */
const withoutPaths = (message: string): string => message.replace(/"\/[^"]*?([^"/]+)"/g, '"$1"')

export const ownerReason = (error: unknown): string => {
  const known = chainOf(error)
    .map((one) => reasons[codeOf(one) ?? ''])
    .find((reason) => reason !== undefined)
  return known ?? withoutPaths(toPlinthError(error).message)
}
