import { BranchStatus } from '@plinth/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { branchStatus } from '../src/branch-status.ts'

describe('the life of a branch', () => {
  it('knows every status that is reported', () => {
    expect([...branchStatus.states].sort()).toEqual([...BranchStatus.options].sort())
  })

  it('ends in gone, which nothing leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...branchStatus.events)), (events) => {
        for (const event of events) expect(branchStatus.after('gone', event)).toBeUndefined()
      }),
    )
  })

  it('is gone only after its processes and data were removed', () => {
    for (const state of branchStatus.states)
      for (const event of branchStatus.events)
        if (branchStatus.after(state, event) === 'gone')
          expect([state, event]).toEqual(['removing', 'removed'])
  })

  it('starts processes only from states in which none run, or after a crash', () => {
    const starts = branchStatus.states.flatMap((state) =>
      branchStatus.events
        .filter((event) => ['waking', 'provisioning'].includes(branchStatus.after(state, event) ?? ''))
        .map((event) => `${state} ${event}`),
    )
    expect(starts.sort()).toEqual([
      'asleep renew',
      'asleep wake',
      'awake crashed',
      'broken provision',
      'broken renew',
      'broken wake',
      'dozing crashed',
    ])
  })

  it.each(branchStatus.states.filter((state) => state !== 'gone'))('can be removed from %s', (state) => {
    const after = (events: readonly ('stopped' | 'remove' | 'removed')[]) =>
      events.reduce<BranchStatus>((at, event) => branchStatus.after(at, event) ?? at, state)
    expect(after(['stopped', 'remove', 'removed'])).toBe('gone')
  })
})
