import { describe, expect, it } from 'vitest'
import { tokenize } from '../../src/parse/tokens.ts'

const token = (kind: string, name: string, head: string, slot: number) => ({ kind, name, head, slot })

describe('tokenize', () => {
  it.each([
    ['id=eq.5', [token('filter', 'id', 'eq.', 0)], ['5']],
    ['id=not.in.(1,2)', [token('filter', 'id', 'not.in.', 0)], ['(1,2)']],
    ['id=is.null', [token('filter', 'id', 'is.null', -1)], []],
    ['t=fts(english).a%20b', [token('filter', 't', 'fts(english).', 0)], ['a b']],
    ['a.limit=5&offset=2', [token('limit', 'a.limit', '', 0), token('offset', 'offset', '', 1)], ['5', '2']],
    ['select=a%2Cb&order=x', [token('select', 'select', 'a,b', -1), token('order', 'order', 'x', -1)], []],
    ['or=(a.eq.1)', [token('logic', 'or', '(a.eq.1)', -1)], []],
    ['a&b=', [token('filter', 'b', '', -1)], []],
    ['a=eq.%E2%98%83+x', [token('filter', 'a', 'eq.', 0)], ['☃ x']],
    ['a=eq.%zz', [token('filter', 'a', 'eq.', 0)], ['%zz']],
    ['a=eq.b=c', [token('filter', 'a', 'eq.', 0)], ['b=c']],
  ])('%s', (query, list, values) => {
    expect(tokenize(query, false)).toMatchObject({ list, values })
  })

  it('takes values without an operator as arguments of a call by GET', () => {
    expect(tokenize('a=1&b=eq.2&c=is.x', true)).toMatchObject({
      list: [token('argument', 'a', '', 0), token('filter', 'b', 'eq.', 1), token('filter', 'c', 'is.x', -1)],
      values: ['1', '2'],
    })
  })

  it.each([
    ['id=eq.1', 'id=eq.2', true],
    ['id=eq.1&limit=1', 'id=eq.2&limit=7', true],
    ['id=in.(1)', 'id=in.(1,2,3)', true],
    ['id=eq.1', 'id=neq.1', false],
    ['id=is.null', 'id=is.true', false],
    ['select=a', 'select=b', false],
    ['a=eq.1&b=eq.1', 'b=eq.1&a=eq.1', false],
    ['a=fts(x).1', 'a=fts(y).1', false],
  ])('%s has the shape of %s: %s', (a, b, same) => {
    expect(tokenize(a, false).shape === tokenize(b, false).shape).toBe(same)
  })
})
