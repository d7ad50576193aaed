// What the log is called here, and in the bucket.

import { describe, expect, test } from 'vitest'
import { parseObject, pushedName } from '../src/log-names.ts'

const piece = '0000000200000000000000A1'

describe('what goes to the bucket', () => {
  test.each([
    [piece, piece],
    [`${piece}.gz`, piece],
    [`${piece}.tail`, `${piece}.partial`],
    [`${piece}.partial`, `${piece}.partial`],
    ['00000002.history', '00000002.history'],
    [`${piece}.00000028.backup`, `${piece}.00000028.backup`],
    [`archtemp.${piece}.1`, undefined],
    [`.tmp-${piece}`, undefined],
    ['README', undefined],
  ])('%s: %s', (file, name) => expect(pushedName(file)).toBe(name))
})

const digest = 'a'.repeat(40)
test.each([
  [`archive/one/17-1/0000000200000000/${piece}-${digest}.zst`, { name: piece, digest }],
  [`archive/one/17-1/0000000200000000/${piece}.partial-${digest}.zst`, { name: `${piece}.partial`, digest }],
  ['archive/one/17-1/00000002.history', { name: '00000002.history', digest: '' }],
  ['archive/one/archive.info', { name: 'archive.info', digest: '' }],
])('%s holds %o', (object, found) => expect(parseObject(object)).toEqual(found))
