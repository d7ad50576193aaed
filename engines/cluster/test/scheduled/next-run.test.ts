// Schedules as the scheduler reads them.

import { nextRun, nextRunOf } from '@plinth/cluster'
import { expect, test } from 'vitest'

const noon = new Date('2026-02-14T12:00:30Z')

test.each([
  ['* * * * *', '2026-02-14T12:01:00Z'],
  ['*/5 * * * *', '2026-02-14T12:05:00Z'],
  ['0 12 * * *', '2026-02-15T12:00:00Z'],
  ['30 3 * * 6', '2026-02-21T03:30:00Z'],
  ['0 0 * * sun', '2026-02-15T00:00:00Z'],
  ['0 0 * * 7', '2026-02-15T00:00:00Z'],
  ['0 0 $ * *', '2026-02-28T00:00:00Z'],
  ['15 10 1 jan *', '2027-01-01T10:15:00Z'],
  // Both restricted: either will do.
  ['0 0 1 * 1', '2026-02-16T00:00:00Z'],
  ['1-10/3,40 12 * * *', '2026-02-14T12:01:00Z'],
  ['@hourly', '2026-02-14T13:00:00Z'],
  ['@midnight', '2026-02-15T00:00:00Z'],
  ['@yearly', '2027-01-01T00:00:00Z'],
  ['10 seconds', '2026-02-14T12:00:40Z'],
  [' 1 second ', '2026-02-14T12:00:31Z'],
])('%s comes at %s', (schedule, expected) => {
  expect(nextRun(schedule, noon)?.toISOString()).toBe(new Date(expected).toISOString())
})

test.each(['@reboot', 'often', '', '60 seconds', '0 0 30 2 *', '* * * *', '61 * * * *'])(
  '%s never comes',
  (schedule) => {
    expect(nextRun(schedule, noon)).toBeUndefined()
  },
)

test('of several the first counts, and one that cannot be read hides no other', () => {
  expect(nextRunOf(['0 0 * * *', 'nonsense', '*/10 * * * *'], noon)?.toISOString()).toBe(
    '2026-02-14T12:10:00.000Z',
  )
  expect(nextRunOf([], noon)).toBeUndefined()
})
