// When a schedule of `cron.schedule` is due: `30 seconds`, or the five fields of cron with `$` for the last day of a
// month. Times are UTC, as the scheduler's own.

import { Cron } from 'croner'

const interval = /^\s*([1-9]|[1-5]\d)\s+seconds?\s*$/i

const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** The first moment after `after`; `undefined` when there is none, as for `@reboot` or what cannot be read. */
export const nextRun = (schedule: string, after: Date): Date | undefined => {
  const seconds = interval.exec(schedule)?.[1]
  if (seconds !== undefined) return new Date(after.getTime() + Number(seconds) * 1000)
  const text = named[schedule.trim().toLowerCase()] ?? schedule.trim()
  const fields = text.split(/\s+/)
  if (fields.length !== 5) return undefined
  const pattern = fields.map((field, index) => (index === 2 ? field.replaceAll('$', 'L') : field)).join(' ')
  try {
    return new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun(after) ?? undefined
  } catch {
    // The scheduler knows a spelling that we do not: such a job does not wake its project.
    return undefined
  }
}

/** The earliest of several schedules. */
export const nextRunOf = (schedules: readonly string[], after: Date): Date | undefined => {
  const times = schedules.flatMap((schedule) => nextRun(schedule, after)?.getTime() ?? [])
  return times.length === 0 ? undefined : new Date(Math.min(...times))
}
