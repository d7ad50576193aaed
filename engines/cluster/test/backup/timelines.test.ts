// Which backup leads to which point, over any history of returns.

import { describe, expect, test } from 'vitest'
import { eraAt, isOn, lineageOf, type Timeline } from '../../src/backup/timelines.ts'

/** 1 was left at 0/500 for 2, which was left at 0/900 for 4; 3 was begun at 0/300, and left. */
const timelines: readonly Timeline[] = [
  { id: 1 },
  { id: 2, parent: { id: 1, until: '0/500' } },
  { id: 3, parent: { id: 1, until: '0/300' } },
  { id: 4, parent: { id: 2, until: '0/900' } },
]

describe('a lineage', () => {
  test.each([
    [1, 1, '0/9999', true],
    [1, 2, '0/100', false],
    [4, 1, '0/500', true],
    [4, 1, '0/501', false],
    [4, 2, '0/900', true],
    [4, 2, '1/0', false],
    [4, 3, '0/1', false],
    [3, 1, '0/301', false],
    [4, 4, 'FF/FFFFFFFF', true],
  ])('of %i: timeline %i at %s: %s', (id, timeline, lsn, expected) => {
    expect(isOn(lineageOf(timelines, id), { timeline, lsn })).toBe(expected)
  })

  test('of a history that bites its own tail ends all the same', () => {
    const odd = [
      { id: 1, parent: { id: 2, until: '0/1' } },
      { id: 2, parent: { id: 1, until: '0/1' } },
    ]
    expect([...lineageOf(odd, 1).keys()]).toEqual([1, 2])
  })
})

describe('the era of a moment', () => {
  const eras = [
    { timeline: 2, from: '2026-01-02T00:00:00Z' },
    { timeline: 3, from: '2026-01-03T00:00:00Z' },
  ]
  test.each([
    ['2026-01-01T12:00:00Z', undefined],
    ['2026-01-02T12:00:00Z', 2],
    ['2026-01-03T00:00:00Z', 3],
    ['2027-01-01T00:00:00Z', 3],
  ])('%s: timeline %s', (moment, timeline) => {
    expect(eraAt(eras, new Date(moment))?.timeline).toBe(timeline)
  })
})
