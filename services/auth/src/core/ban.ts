// For how long a user may not sign in.

import { errors } from '../errors.ts'
import { parseGoDuration } from './go-duration.ts'
import { iso } from './time.ts'

/** The last instant that Postgres and JavaScript both can write is far enough. */
const longest = 1000 * 365 * 24 * 3_600_000

/** `none` and zero lift the ban (`null`); `undefined` when nothing was asked for. */
export const bannedUntil = (duration: string, now: number): string | null | undefined => {
  if (duration === '') return undefined
  if (duration === 'none') return null
  const milliseconds = parseGoDuration(duration)
  if (milliseconds === undefined) {
    throw errors.invalid(`invalid format for ban duration: time: invalid duration "${duration}"`)
  }
  return milliseconds === 0 ? null : iso(now + Math.min(milliseconds, longest))
}
