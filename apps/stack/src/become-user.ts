// Leaves root behind for good before anything of a branch is opened.

import type { StackPlace } from '@plinth/contracts'
import { stackErrors } from './errors.ts'

const isRoot = (): boolean => process.getuid?.() === 0

const isUser = (uid: number, gid: number): boolean =>
  [process.getuid?.(), process.geteuid?.()].every((id) => id === uid) &&
  [process.getgid?.(), process.getegid?.()].every((id) => id === gid) &&
  (process.getgroups?.() ?? []).every((group) => group === gid)

/** Becomes the branch's user when the place names one and this process is root. Throws when that is not certain. */
export const becomeUser = ({ uid, gid }: Pick<StackPlace, 'uid' | 'gid'>): void => {
  if (uid === undefined || gid === undefined || !isRoot()) return
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
  if (!isUser(uid, gid)) throw stackErrors.notThatUser(uid, gid)
}
