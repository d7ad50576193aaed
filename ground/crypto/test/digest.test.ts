// Spellings of SHA-256 and the comparison.

import { expect, it } from 'vitest'
import { isEqual, sha256Base64Url, sha256Hex } from '../src/index.ts'

it('knows the digests of "abc"', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(sha256Base64Url('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})

it.each([
  ['a', 'a', true],
  ['', '', true],
  ['a', 'b', false],
  ['a', 'aa', false],
])('isEqual(%j, %j) is %s', (left, right, expected) => {
  expect(isEqual(left, right)).toBe(expected)
})
