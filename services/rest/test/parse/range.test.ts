import { describe, expect, it } from 'vitest'
import { capped, levelRange, topRange } from '../../src/parse/range.ts'

describe('topRange', () => {
  it.each([
    [undefined, undefined, undefined, { offset: 0, limit: null }],
    ['5', '2', undefined, { offset: 2, limit: 5 }],
    ['x', '-3', undefined, { offset: 0, limit: null }],
    ['0', '7', '3-4', { offset: 0, limit: 0 }],
    [undefined, undefined, '3-4', { offset: 3, limit: 2 }],
    [undefined, undefined, '3-', { offset: 3, limit: null }],
    ['2', undefined, '0-9', { offset: 0, limit: 2 }],
    ['10', '2', '0-3', { offset: 2, limit: 2 }],
    [undefined, undefined, 'bytes=0-4', { offset: 0, limit: null }],
  ])('limit %s, offset %s, Range %s', (limit, offset, header, range) => {
    expect(topRange(levelRange(limit, offset), header)).toEqual(range)
  })

  it.each([
    ['-1', undefined],
    ['2', '5-9'],
    [undefined, '4-3'],
  ])('refuses limit %s with Range %s', (limit, header) => {
    expect(() => topRange(levelRange(limit, undefined), header)).toThrow(
      expect.objectContaining({ code: 'PGRST103' }),
    )
  })
})

describe('capped', () => {
  it.each([
    [{ offset: 1, limit: null }, 5, { offset: 1, limit: 5 }],
    [{ offset: 1, limit: 9 }, 5, { offset: 1, limit: 5 }],
    [{ offset: 1, limit: 2 }, 5, { offset: 1, limit: 2 }],
    [{ offset: 1, limit: 2 }, null, { offset: 1, limit: 2 }],
  ])('%j to %s', (range, maxRows, cut) => expect(capped(range, maxRows)).toEqual(cut))
})
