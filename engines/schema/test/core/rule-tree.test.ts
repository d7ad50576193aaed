import { describe, expect, it } from 'vitest'
import { readTargets } from '../../src/core/rule-tree.ts'

const entry = (resno: number, name: string, [table, column]: readonly [number, number], expr = '{VAR}') =>
  `{TARGETENTRY :expr ${expr} :resno ${resno} :resname ${name} :ressortgroupref 0 :resorigtbl ${table} :resorigcol ${column} :resjunk false}`

const query = (...targets: string[]) =>
  `({QUERY :commandType 1 :rtable ({RANGETBLENTRY :alias <>}) :targetList (${targets.join(' ')}) :setOperations <>})`

describe('readTargets', () => {
  it('tells which column each column of the view shows', () => {
    expect(readTargets(query(entry(1, 'id', [16392, 1]), entry(2, 'name', [16392, 4])))).toEqual([
      { position: 1, relation: 16392, column: 1 },
      { position: 2, relation: 16392, column: 4 },
    ])
  })

  it('leaves out expressions', () => {
    expect(readTargets(query(entry(1, 'sum', [0, 0])))).toEqual([])
  })

  it('does not take a subquery for the view', () => {
    const inner = `{SUBLINK :subselect ${query(entry(7, 'inner', [99, 3])).slice(1, -1)}}`
    expect(readTargets(query(entry(1, 'a', [0, 0], inner), entry(2, 'b', [50, 2])))).toEqual([
      { position: 2, relation: 50, column: 2 },
    ])
  })

  it.each(['na\\{me', 'a\\}\\}b', 'x\\ :resno\\ 9\\ :resorigtbl\\ 8', '\\\\\\{'])(
    'is not misled by the name %s',
    (name) => {
      expect(readTargets(query(entry(1, name, [50, 2])))).toEqual([{ position: 1, relation: 50, column: 2 }])
    },
  )

  it('reads nothing from nothing', () => {
    expect(readTargets('')).toEqual([])
  })
})
