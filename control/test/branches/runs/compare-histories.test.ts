import { describe, expect, test } from 'vitest'
import { compareHistories } from '../../../src/branches/runs/compare-histories.ts'

const at = (version: string, ...statements: string[]) => ({ version, statements })
const history = (...versions: string[]) => versions.map((version) => at(version, `select ${version}`))

describe('two histories', () => {
  test.each([
    ['nothing of nothing', history(), history(), { missing: [], ahead: [], late: [] }],
    ['what is new', history('1', '2', '3'), history('1'), { missing: ['2', '3'], ahead: [], late: [] }],
    ['what the target has alone', history('1'), history('1', '2'), { missing: [], ahead: ['2'], late: [] }],
    [
      'what comes late',
      history('1', '2', '4'),
      history('1', '3'),
      { missing: ['2', '4'], ahead: ['3'], late: ['2'] },
    ],
  ])('%s', (_name, source, target, expected) => {
    const { missing, ahead, late, conflicts } = compareHistories(source, target)
    expect({ missing: missing.map(({ version }) => version), ahead, late }).toEqual(expected)
    expect(conflicts).toEqual([])
  })

  test('up to a limit', () => {
    const { missing } = compareHistories(history('1', '2', '3'), history('1'), '2')
    expect(missing.map(({ version }) => version)).toEqual(['2'])
  })

  test.each([
    [
      'the same in other pieces',
      at('1', 'create table a ()', 'select 1'),
      at('1', 'create table a ();\n select 1;'),
      [],
    ],
    ['another thing', at('1', 'select 1'), at('1', 'select 2'), ['1']],
    ['one that was only marked', at('1', 'select 1'), { version: '1' }, []],
  ])('%s', (_name, one, other, conflicts) => {
    expect(compareHistories([one], [other]).conflicts).toEqual(conflicts)
  })
})
