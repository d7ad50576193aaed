import { describe, expect, it } from 'vitest'
import { noPreferences, parsePrefer, renderApplied } from '../../src/parse/prefer.ts'

describe('parsePrefer', () => {
  it.each([
    [undefined, {}],
    [
      'count=exact,    tx=commit   ,return=representation',
      { count: 'exact', tx: 'commit', return: 'representation' },
    ],
    ['count=exact, count=planned', { count: 'exact' }],
    [
      'resolution=merge-duplicates, nothing, count=all',
      { resolution: 'merge-duplicates', unknown: ['nothing', 'count=all'] },
    ],
    ['timezone=America/Lima, max-affected=10', { timezone: 'America/Lima', maxAffected: 10 }],
    ['max-affected=many', {}],
    ['__proto__=x, constructor=y', { unknown: ['__proto__=x', 'constructor=y'] }],
    ['handling=strict, missing=default', { handling: 'strict', missing: 'default' }],
  ])('%s', (header, found) => {
    expect(parsePrefer(header, true)).toEqual({ ...noPreferences, ...found })
  })

  it('leaves the end of the transaction alone where it may not be chosen', () => {
    expect(parsePrefer('tx=rollback', false)).toEqual(noPreferences)
  })
})

describe('renderApplied', () => {
  it('has one order, and max-affected only when strict', () => {
    const asked =
      'max-affected=1,timezone=UTC,handling=strict,tx=commit,count=exact,return=minimal,missing=default,resolution=ignore-duplicates'
    expect(renderApplied(parsePrefer(asked, true))).toBe(
      'resolution=ignore-duplicates, missing=default, return=minimal, count=exact, tx=commit, handling=strict, timezone=UTC, max-affected=1',
    )
    expect(renderApplied(parsePrefer('max-affected=1', true))).toBeUndefined()
    expect(renderApplied(noPreferences)).toBeUndefined()
  })
})
