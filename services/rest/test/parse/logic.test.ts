// Grammar of `and` and `or`: https://postgrest.org/en/stable/references/api/tables_views.html#logical-operators

import { isPlinthError } from '@plinth/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logicTree } from '../../src/parse/logic.ts'
import { parsing } from '../../src/parse/scanner.ts'

const parse = (text: string) => parsing('logic tree', text, logicTree)

const eq = (name: string, text: string, isNegated = false) => ({
  kind: 'filter',
  filter: {
    field: { name, path: [] },
    isNegated,
    operation: { kind: 'quantified', operator: 'eq', quantifier: undefined, value: { text } },
  },
})
const tree = (kind: string, terms: readonly object[], isNegated = false) => ({ kind, isNegated, terms })

describe('logicTree', () => {
  it.each<readonly [string, object]>([
    ['and(a.eq.1,b.eq.2)', tree('and', [eq('a', '1'), eq('b', '2')])],
    [
      'or( a.eq.1 , not.and(b.eq.2,c.not.eq.3) )',
      tree('or', [eq('a', '1 '), tree('and', [eq('b', '2'), eq('c', '3', true)], true)]),
    ],
    ['or(a.eq."x,)\\"y",b.eq."q"z)', tree('or', [eq('a', 'x,)"y'), eq('b', '"q"z')])],
    ['or(a.eq.{1,2},b.eq.)', tree('or', [eq('a', '{1,2}'), eq('b', '')])],
    ['or(and.eq.1,or.eq.2)', tree('or', [eq('and', '1'), eq('or', '2')])],
  ])('reads %s', (text, wanted) => expect(parse(text)).toEqual(wanted))

  it.each([
    [
      'or()',
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    ['or(id.in.1,2,id.eq.3)', 'unexpected "1" expecting "("'],
    ['or(id.eq.1,not.xor(id.eq.2))', 'unexpected "x" expecting logic operator (and, or)'],
  ])('refuses %s', (text, details) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'PGRST100', details }))
  })

  it('refuses what is nested without end', () => {
    expect(() => parse('or('.repeat(20_000))).toThrow(expect.objectContaining({ code: 'PGRST100' }))
  })

  it('answers any text with a tree or one kind of error', () => {
    const words = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      ',',
      '.',
      'eq',
      'in',
      'is',
      'null',
      'a',
      '"',
      '\\',
      '{',
      '}',
      '->',
      ' ',
      '1',
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        try {
          parse(parts.join(''))
        } catch (error) {
          expect(isPlinthError(error) && error.code).toBe('PGRST100')
        }
      }),
      { numRuns: 2000 },
    )
  })
})
