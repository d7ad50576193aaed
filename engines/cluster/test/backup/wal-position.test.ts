// Names and numbers of the log: one the inverse of the other.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lsnText, lsnValue, parseSegment, segmentName, segmentOf } from '../../src/backup/wal-position.ts'

test.each([
  ['0/0', 4, '000000010000000000000000'],
  ['0/3FFFFF', 4, '000000010000000000000000'],
  ['0/400000', 4, '000000010000000000000001'],
  ['0/1000000', 16, '000000010000000000000001'],
  ['1/0', 16, '000000010000000100000000'],
  ['A/FFFFFFFF', 1, '000000010000000A00000FFF'],
])('%s with segments of %i MiB lies in %s', (lsn, mebibytes, name) => {
  const bytes = mebibytes * 2 ** 20
  expect(segmentName(1, segmentOf(lsn, bytes), bytes)).toBe(name)
})

test('texts and names are read back as they were written', () => {
  const size = fc.constantFrom(1, 4, 16, 64).map((mebibytes) => mebibytes * 2 ** 20)
  const lsn = fc.bigInt({ min: 0n, max: 2n ** 63n })
  fc.assert(
    fc.property(lsn, size, fc.integer({ min: 1, max: 0xffff }), (value, bytes, timeline) => {
      const text = lsnText(value)
      expect(lsnValue(text)).toBe(value)
      const number = segmentOf(text, bytes)
      expect(parseSegment(segmentName(timeline, number, bytes), bytes)).toEqual({ timeline, number })
    }),
  )
})

test.each(['00000002.history', '00000001000000000000000A.partial', 'archtemp.1', ''])(
  '%s is no segment',
  (name) => {
    expect(parseSegment(name, 4 * 2 ** 20)).toBeUndefined()
  },
)
