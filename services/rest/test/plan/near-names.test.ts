import { describe, expect, it } from 'vitest'
import { nearestName } from '../../src/plan/near-names.ts'

describe('nearestName', () => {
  it.each([
    ['film', ['films', 'actors'], 'films'],
    ['roel', ['roles', 'actors'], 'roles'],
    ['(vall, pqaram, nam)', ['(name, param, val)', '(attr, id)'], '(name, param, val)'],
    ['noclosealternative', ['films', 'roles'], undefined],
    ['films', [], undefined],
  ])('%s among %j', (wanted, names, near) => {
    expect(nearestName(names, wanted)).toBe(near)
  })

  it('asks for more likeness where a name is no business of the caller', () => {
    expect(nearestName(['films'], 'filters', 0.75)).toBeUndefined()
  })
})
