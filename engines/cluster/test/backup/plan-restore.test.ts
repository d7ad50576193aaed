// From a wish to a plan, as tables; over any history the backup chosen leads to the point.

import { type Backup, isDayOver, planRestore, planRetention, retentionNow } from '@plinth/cluster'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ledger } from '../../src/backup/ledger.ts'
import type { Era, Timeline } from '../../src/backup/timelines.ts'

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
const backup = (id: string, hour: number, lsn: string, timeline = 1): Backup => ({
  id,
  kind: 'running',
  label: '',
  startedAt: at(hour),
  endedAt: at(hour),
  startLsn: lsn,
  endLsn: lsn,
  timeline,
  bytes: 1,
  segmentBytes: 4 * 2 ** 20,
  postgresVersion: '17.12',
})
const point = (name: string, lsn: string, timeline: number) => ({
  name,
  mark: `mark-${name}`,
  lsn,
  timeline,
  at: at(0),
})

/** Of a database that was never taken back. */
const unused: Ledger = { timelines: [], eras: [], points: [], holes: [] }

/** A at 1 and B at 3 on timeline 1; at 5 back to 0/200, which began timeline 2; C at 7. */
const known = {
  backups: [backup('A', 1, '0/100'), backup('B', 3, '0/300'), backup('C', 7, '0/250', 2)],
  ledger: {
    timelines: [{ id: 2, parent: { id: 1, until: '0/200' } }],
    eras: [{ timeline: 2, from: at(5) }],
    holes: [],
    points: [point('early', '0/180', 1), point('lost', '0/400', 1), point('late', '0/300', 2)],
  },
  now: new Date(at(10)),
}

describe('a plan', () => {
  test.each([
    [{ time: at(2) }, 'A', 1, { recovery_target_time: '2026-01-01 02:00:00.000+00' }],
    [{ time: at(4) }, 'B', 1, { recovery_target_time: '2026-01-01 04:00:00.000+00' }],
    [{ time: at(6) }, 'A', 2, { recovery_target_time: '2026-01-01 06:00:00.000+00' }],
    [{ time: at(8) }, 'C', 2, { recovery_target_time: '2026-01-01 08:00:00.000+00' }],
    [{ restorePoint: 'early' }, 'A', 1, { recovery_target_name: 'mark-early' }],
    [{ restorePoint: 'lost' }, 'B', 1, { recovery_target_name: 'mark-lost' }],
    [{ restorePoint: 'late' }, 'C', 2, { recovery_target_name: 'mark-late' }],
    [{ backup: 'B' }, 'B', 1, { recovery_target: 'immediate' }],
  ])('for %j begins with %s on timeline %i', (target, id, timeline, stop) => {
    expect(planRestore(target, known)).toMatchObject({ backup: { id }, timeline, stop })
  })

  test.each([
    [{ time: at(0) }, 'The point lies before the first backup, which ended at 2026-01-01T01:00:00.000Z.'],
    [{ time: at(11) }, 'The point lies in the future.'],
    [{ time: 'noon' }, 'noon is not a time.'],
    [{ restorePoint: 'x' }, 'There is no restore point "x".'],
  ])('for %j is refused', (target, words) => {
    expect(() => planRestore(target, known)).toThrow(words)
  })

  test('without a backup says so', () => {
    expect(() => planRestore({ time: at(2) }, { ...known, backups: [] })).toThrow('There is no backup yet')
  })

  test('never begins with a backup that ended after the point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }),
        fc.nat(120),
        (hours, hour) => {
          const sorted = hours.toSorted((a, b) => a - b)
          const backups = sorted.map((h, n) => backup(String(n), h, `0/${(h + 1).toString(16)}00`))
          const plan = () =>
            planRestore(
              { time: at(hour) },
              { ledger: { timelines: [], eras: [], points: [], holes: [] }, backups, now: new Date(at(200)) },
            )
          const before = sorted.filter((h) => h <= hour)
          if (before.length === 0) expect(plan).toThrow('before the first backup')
          else expect(plan().backup.endedAt).toBe(at(before.at(-1) ?? -1))
        },
      ),
    )
  })
})

describe('a clock', () => {
  const [first, next] = [backup('A', 0, '0/100'), backup('B', 25, '0/200')]

  test('asks for one backup a day', () => {
    expect(isDayOver([], new Date(at(0)))).toBe(true)
    expect(isDayOver([first], new Date(at(24)))).toBe(false)
    expect(isDayOver([first], new Date(at(25)))).toBe(true)
    expect(isDayOver([first, next], new Date(at(26)))).toBe(false)
  })

  test('that was set back asks for one backup, not for one at every look', () => {
    const future = backup('Z', 24 * 365, '0/300')
    expect(isDayOver([first, future], new Date(at(30)))).toBe(true)
    expect(isDayOver([first, next, future], new Date(at(30)))).toBe(false)
    // Neither is the one that was made meanwhile taken for what leads to a moment before it.
    const plan = { ledger: unused, backups: [first, future], now: new Date(at(40)) }
    expect(planRestore({ time: at(30) }, plan).backup).toBe(first)
  })

  test('that was set forward takes nothing away before the second backup by it', () => {
    const days = [...Array(9).keys()].map((day) => backup(`day ${day}`, day * 25, '0/100'))
    const year = 24 * 365
    const ahead = backup('ahead', year, '0/200')
    const keep = (list: readonly Backup[], hour: number) => {
      const now = retentionNow(list, new Date(at(hour)))
      return planRetention({ backups: list, ledger: unused }, { days: 7 }, now).keep.map(({ id }) => id)
    }
    // Seven days before the newest, and what leads to their beginning.
    const usual = days.slice(2).map(({ id }) => id)
    expect(keep(days, 8 * 25)).toEqual(expect.arrayContaining(usual))
    expect(keep([...days, ahead], year)).toEqual([...usual, 'ahead'])
    expect(keep([...days, ahead, backup('more', year + 25, '0/300')], year + 25)).toEqual([
      'day 8',
      'ahead',
      'more',
    ])
    // Set right again.
    expect(keep([...days, ahead, backup('right', 10 * 25, '0/300')], 10 * 25)).toEqual(
      expect.arrayContaining(['day 3', 'ahead', 'right']),
    )
  })

  test('that stays forward leaves what the newest backup leads to', () => {
    const { keep } = planRetention(
      { backups: [first, next], ledger: unused },
      { days: 7 },
      new Date(at(24 * 365)),
    )
    expect(keep).toEqual([next])
  })
})

describe('retention', () => {
  test('keeps every moment of the window restorable, and removes all that it can', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1 }),
        fc.integer({ min: 0, max: 20 }),
        (hours, days) => {
          const sorted = hours.toSorted((a, b) => a - b)
          const backups = sorted.map((h, n) => backup(String(n), h, '0/0'))
          const now = new Date(at(1000))
          const { keep, remove } = planRetention({ backups, ledger: unused }, { days }, now)
          const start = 1000 - days * 24
          const reachable = (list: readonly Backup[]) => list.some(({ endedAt }) => endedAt <= at(start))
          expect(reachable(keep)).toBe(reachable(backups))
          expect(keep).toContain(backups.at(-1))
          expect([...remove, ...keep]).toHaveLength(backups.length)
          expect(keep.filter(({ endedAt }) => endedAt <= at(start)).length).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  /** Every hour a backup is made, or the database is taken back by so many hours, or it is only written to. */
  const live = (hours: readonly (number | 'backup')[]) => {
    const backups: Backup[] = []
    const ledger = { timelines: [] as Timeline[], eras: [] as Era[], points: [], holes: [] }
    let [position, timeline] = [0x100, 1]
    for (const [hour, what] of hours.entries()) {
      position += 0x10
      const lsn = `0/${position.toString(16)}`
      if (what === 'backup') backups.push(backup(String(backups.length), hour, lsn, timeline))
      else if (what > 0) {
        const parent = { id: timeline, until: `0/${Math.max(position - what * 0x10, 0x100).toString(16)}` }
        timeline = ledger.timelines.length + 2
        position = Number.parseInt(parent.until.slice(2), 16)
        ledger.timelines.push({ id: timeline, parent })
        ledger.eras.push({ timeline, from: at(hour) })
      }
    }
    return { backups, ledger }
  }

  test('of a database that was taken back, too: each moment begins with the backup it began with before', () => {
    const hour = fc.oneof(fc.constant('backup' as const), fc.constant(0), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(fc.array(hour, { minLength: 30, maxLength: 80 }), (hours) => {
        const known = live(hours)
        const now = new Date(at(hours.length))
        const { keep } = planRetention(known, { days: 1 }, now)
        const beginningOf = (backups: readonly Backup[], time: string) => {
          try {
            return planRestore({ time }, { backups, ledger: known.ledger, now }).backup.id
          } catch {
            return undefined
          }
        }
        for (let moment = hours.length - 24; moment <= hours.length; moment += 1)
          expect(beginningOf(keep, at(moment))).toBe(beginningOf(known.backups, at(moment)))
      }),
    )
  })

  test('keeps what leads to the present, though a newer backup lies on the part that was left', () => {
    const hours = [0, 'backup', 0, 'backup', 2, 0] as const
    const { backups, ledger } = live(hours)
    const { keep } = planRetention({ backups, ledger }, { days: 0 }, new Date(at(hours.length)))
    expect(keep.map(({ id }) => id)).toEqual(['0', '1'])
  })
})
