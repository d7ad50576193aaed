// Durations as Go writes them.

import { expect, it } from 'vitest'
import { parseGoDuration } from '../../src/core/go-duration.ts'

it.each([
  ['24h', 86_400_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['-1.5s', -1500],
  ['+2ms', 2],
  ['.5s', 500],
  ['1000us', 1],
  ['0', 0],
  ['', undefined],
  ['10', undefined],
  ['h', undefined],
  ['1d', undefined],
  ['1h ', undefined],
  ['never', undefined],
])('%j is %s ms', (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected)
})
