// Zip archives: what tools write, and what is damaged or too large.

import { expect, test } from 'vitest'
import { isZip, unzip } from '../../src/functions/unzip.ts'
import { zip } from './forms.ts'

const archive = zip({ 'index.ts': 'hello', 'lib/a.ts': 'x'.repeat(5000) })
const limit = 10_000

test('gives every file with its path', () => {
  expect(isZip(archive)).toBe(true)
  expect(unzip(archive, limit).map(({ path, bytes }) => [path, bytes.length])).toEqual([
    ['index.ts', 5],
    ['lib/a.ts', 5000],
  ])
})

test('never unpacks more than the limit', () => {
  expect(() => unzip(archive, 5004)).toThrow(expect.objectContaining({ code: 'function_too_large' }))
})

test('an entry that is larger than it says is refused', () => {
  const lying = Buffer.from(archive)
  const central = lying.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
  lying.writeUInt32LE(10, central + 24)
  expect(() => unzip(lying, limit)).toThrow(expect.objectContaining({ code: 'bad_zip' }))
})

test('every cut and every flipped byte ends in a clear refusal or in files', () => {
  const small = zip({ 'a.ts': 'abc' })
  const attempts = [
    ...small.keys().map((end) => small.subarray(0, end)),
    ...small.keys().map((at) => {
      const flipped = Buffer.from(small)
      flipped[at] = (flipped[at] ?? 0) ^ 0xff
      return flipped
    }),
  ]
  for (const bytes of attempts) {
    try {
      unzip(bytes, limit)
    } catch (error) {
      expect(['bad_zip', 'function_too_large']).toContain((error as { code: string }).code)
    }
  }
})
